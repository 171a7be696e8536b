import { type ApiCall, jsonArg, textArg } from './api-call.ts';
import { type Entity, parseHtml } from './html-entities.ts';
import { badRequest } from './refusal.ts';

export interface FormattedText {
  text: string;
  entities: Entity[];
  /** As sent. */
  source: string;
}

export const TEXT_MAX_UNITS = 4096;
export const CAPTION_MAX_UNITS = 1024;
const SOURCE_MAX_BYTES = 1 << 15;

/** The `text` of a message. Refused when nothing is left of it. */
export function readText(call: ApiCall, tooLong: string): FormattedText {
  const source = textArg(call, 'text');
  if (source === '') throw badRequest('Message text is empty');
  const formatted = format(
    source,
    textArg(call, 'parse_mode'),
    jsonArg(call, 'entities', 'entities'),
  );
  if (formatted.text === '') throw badRequest('Text must be non-empty');
  if (formatted.text.length > TEXT_MAX_UNITS) throw badRequest(tooLong);
  return formatted;
}

/** A caption, which may be empty. */
export function readCaption(
  source: string,
  parseMode: string,
  entities: unknown,
  tooLong: string,
): FormattedText {
  const formatted = format(source, parseMode, entities);
  if (formatted.text.length > CAPTION_MAX_UNITS) throw badRequest(tooLong);
  return formatted;
}

function format(source: string, parseMode: string, given: unknown): FormattedText {
  if (Buffer.byteLength(source) > SOURCE_MAX_BYTES) throw badRequest('Text is too long');
  const mode = parseMode.toLowerCase();
  if (mode === '' || mode === 'none' || source === '') {
    return trimmed(source, Array.isArray(given) ? (given as Entity[]) : [], source);
  }
  if (mode === 'html') {
    const parsed = parseHtml(source);
    return trimmed(parsed.text, parsed.entities, source);
  }
  if (mode === 'markdown' || mode === 'markdownv2') {
    throw badRequest('this fake reads no Markdown, only parse_mode HTML');
  }
  throw badRequest('Unsupported parse_mode');
}

/** The platform drops carriage returns, cuts blanks at the end, and before the first entity. */
function trimmed(raw: string, entities: Entity[], source: string): FormattedText {
  const whole = raw.replaceAll('\r', '').trimEnd();
  const first = entities[0]?.offset ?? whole.length;
  const lead = /^[ \n]*/.exec(whole.slice(0, first))?.[0].length ?? 0;
  return {
    text: whole.slice(lead),
    source,
    entities: entities
      .filter((entity) => entity.offset < whole.length)
      .map((entity) => ({
        ...entity,
        offset: entity.offset - lead,
        length: Math.min(entity.length, whole.length - entity.offset),
      })),
  };
}
