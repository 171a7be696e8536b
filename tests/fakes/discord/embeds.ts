import { type FormErrors, listField, type Path, textField, wholeField } from './form-errors.ts';
import { type Json, lengthOf, record } from './json.ts';

const MAX_EMBEDS = 10;
/** Characters of all embeds of a message together. */
const MAX_TOTAL = 6000;

/** The embeds of a body as Discord would store them; what is wrong goes to `form`. */
export function readEmbeds(form: FormErrors, value: unknown): Json[] {
  const embeds = listField(form, ['embeds'], value, { max: MAX_EMBEDS }).map((embed, index) =>
    readEmbed(form, ['embeds', index], record(embed)),
  );
  const total = embeds.reduce((sum, embed) => sum + charactersOf(embed), 0);
  if (total > MAX_TOTAL) {
    form.add(
      ['embeds'],
      'MAX_EMBED_SIZE_EXCEEDED',
      `Embed size exceeds maximum size of ${MAX_TOTAL}`,
    );
  }
  return embeds;
}

function readEmbed(form: FormErrors, path: Path, embed: Json): Json {
  const kept: Json = { type: 'rich' };
  const keep = (name: string, value: unknown) => {
    if (value !== undefined) kept[name] = value;
  };
  keep('title', textField(form, [...path, 'title'], embed['title'], { max: 256 }));
  keep(
    'description',
    textField(form, [...path, 'description'], embed['description'], { max: 4096 }),
  );
  keep('url', urlField(form, [...path, 'url'], embed['url'], false));
  keep('color', wholeField(form, [...path, 'color'], embed['color'], { min: 0, max: 0xffffff }));
  keep('timestamp', timeField(form, [...path, 'timestamp'], embed['timestamp']));
  keep('footer', readFooter(form, [...path, 'footer'], embed['footer']));
  keep('author', readAuthor(form, [...path, 'author'], embed['author']));
  for (const name of ['image', 'thumbnail']) {
    if (embed[name] === undefined || embed[name] === null) continue;
    const url = urlField(form, [...path, name, 'url'], record(embed[name])['url'], true);
    keep(name, url === undefined ? undefined : { url });
  }
  const fields = readFields(form, path, embed['fields']);
  if (fields.length > 0) kept['fields'] = fields;
  const shown = ['title', 'description', 'footer', 'author', 'image', 'thumbnail', 'fields'];
  if (!shown.some((name) => name in kept) && form.empty) {
    form.add([...path, 'description'], 'BASE_TYPE_REQUIRED', 'This field is required');
  }
  return kept;
}

function readFields(form: FormErrors, path: Path, value: unknown): Json[] {
  return listField(form, [...path, 'fields'], value, { max: 25 }).map((one, index) => {
    const field = record(one);
    const at = [...path, 'fields', index];
    return {
      name: textField(form, [...at, 'name'], field['name'], { max: 256, required: true }),
      value: textField(form, [...at, 'value'], field['value'], { max: 1024, required: true }),
      inline: field['inline'] === true,
    };
  });
}

function readFooter(form: FormErrors, path: Path, value: unknown): Json | undefined {
  if (value === undefined || value === null) return undefined;
  const footer = record(value);
  const text = textField(form, [...path, 'text'], footer['text'], { max: 2048, required: true });
  const icon = urlField(form, [...path, 'icon_url'], footer['icon_url'], true);
  return { text, ...(icon === undefined ? {} : { icon_url: icon }) };
}

function readAuthor(form: FormErrors, path: Path, value: unknown): Json | undefined {
  if (value === undefined || value === null) return undefined;
  const author = record(value);
  const name = textField(form, [...path, 'name'], author['name'], { max: 256, required: true });
  const url = urlField(form, [...path, 'url'], author['url'], false);
  const icon = urlField(form, [...path, 'icon_url'], author['icon_url'], true);
  return {
    name,
    ...(url === undefined ? {} : { url }),
    ...(icon === undefined ? {} : { icon_url: icon }),
  };
}

function urlField(
  form: FormErrors,
  path: Path,
  value: unknown,
  isImage: boolean,
): string | undefined {
  const text = textField(form, path, value, { max: 2048 });
  if (text === undefined) return undefined;
  if (!URL.canParse(text)) {
    form.add(path, 'URL_TYPE_INVALID_URL', 'Not a well formed URL.');
    return undefined;
  }
  const scheme = new URL(text).protocol.slice(0, -1);
  const allowed = isImage ? ['http', 'https', 'attachment'] : ['http', 'https'];
  if (!allowed.includes(scheme)) {
    const names = allowed.map((one) => `'${one}'`).join(', ');
    form.add(
      path,
      'URL_TYPE_INVALID_SCHEME',
      `Scheme "${scheme}" is not supported. Scheme must be one of (${names}).`,
    );
  }
  return text;
}

function timeField(form: FormErrors, path: Path, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) {
    form.add(path, 'DATE_TIME_TYPE_PARSE', `Could not parse ${String(value)}. Should be ISO8601.`);
    return undefined;
  }
  return new Date(at).toISOString();
}

function charactersOf(embed: Json): number {
  const texts = [
    embed['title'],
    embed['description'],
    record(embed['footer'])['text'],
    record(embed['author'])['name'],
  ];
  const fields = Array.isArray(embed['fields']) ? embed['fields'].map(record) : [];
  for (const field of fields) texts.push(field['name'], field['value']);
  return texts.reduce<number>(
    (sum, text) => sum + (typeof text === 'string' ? lengthOf(text) : 0),
    0,
  );
}
