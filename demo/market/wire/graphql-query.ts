/** One selected field with its resolved arguments; `fields` empty for a scalar. */
export interface Selection {
  name: string;
  args: Readonly<Record<string, unknown>>;
  fields: readonly Selection[];
}

const TOKEN =
  /\s+|,|#[^\n]*|("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(\.\.\.|[{}()[\]:$!=])/y;

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new SyntaxError(`Syntax Error: unexpected character at ${at}`);
    const token = match[1] ?? match[2] ?? match[3] ?? match[4];
    if (token !== undefined) tokens.push(token);
  }
  return tokens;
}

/**
 * Reads the subset of GraphQL that clients of such APIs use: one query operation, nested selections,
 * arguments with literals and variables. No fragments, directives or aliases.
 * Throws SyntaxError with the text a GraphQL server would give.
 */
export function parseQuery(
  text: string,
  variables: Readonly<Record<string, unknown>>,
): readonly Selection[] {
  const tokens = tokenize(text);
  let position = 0;

  function next(): string {
    const token = tokens[position];
    if (token === undefined) throw new SyntaxError('Syntax Error: Unexpected <EOF>.');
    position += 1;
    return token;
  }

  function expect(token: string): void {
    const found = next();
    if (found !== token)
      throw new SyntaxError(`Syntax Error: Expected "${token}", found "${found}".`);
  }

  function parseUntil<Item>(end: string, item: () => Item): Item[] {
    const items: Item[] = [];
    while (tokens[position] !== end) items.push(item());
    expect(end);
    return items;
  }

  function parseValue(): unknown {
    const token = next();
    if (token === '$') return variables[next()];
    if (token === '[') return parseUntil(']', parseValue);
    if (token === '{') return Object.fromEntries(parseUntil('}', parsePair));
    if (token.startsWith('"')) return JSON.parse(token);
    if (/^-?\d/.test(token)) return Number(token);
    if (token === 'true' || token === 'false') return token === 'true';
    return token === 'null' ? null : token;
  }

  function parsePair(): [string, unknown] {
    const name = next();
    expect(':');
    return [name, parseValue()];
  }

  function parseField(): Selection {
    const name = next();
    if (!/^[A-Za-z_]/.test(name)) throw new SyntaxError(`Syntax Error: Unexpected "${name}".`);
    let args: Record<string, unknown> = {};
    if (tokens[position] === '(') {
      position += 1;
      args = Object.fromEntries(parseUntil(')', parsePair));
    }
    return { name, args, fields: parseSelection() };
  }

  function parseSelection(): Selection[] {
    if (tokens[position] !== '{') return [];
    position += 1;
    return parseUntil('}', parseField);
  }

  // `query Name($a: Int!)`: declarations do not matter here, the values are in `variables`.
  while (position < tokens.length && tokens[position] !== '{') {
    if (next() === '(') parseUntil(')', next);
  }
  expect('{');
  position -= 1;
  return parseSelection();
}

/**
 * Keeps what was selected of a full object, as a GraphQL server does. Throws RangeError naming the
 * field for one that the object does not have.
 */
export function project(value: unknown, fields: readonly Selection[], type: string): unknown {
  if (Array.isArray(value)) return value.map((item) => project(item, fields, type));
  if (value === null || typeof value !== 'object') return value;
  const source = value as Record<string, unknown>;
  const entries = fields.map((field): [string, unknown] => {
    if (field.name === '__typename') return [field.name, type];
    if (!(field.name in source)) {
      throw new RangeError(`Cannot query field "${field.name}" on type "${type}".`);
    }
    const inner = source[field.name];
    if (typeof inner === 'object' && inner !== null && field.fields.length === 0) {
      throw new RangeError(
        `Field "${field.name}" of type "${type}" must have a selection of subfields.`,
      );
    }
    return [field.name, project(inner, field.fields, field.name)];
  });
  return Object.fromEntries(entries);
}
