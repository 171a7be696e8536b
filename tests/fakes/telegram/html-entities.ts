import { cannotParse, type OpenTag, readCharacter, readEndTag, readOpenTag } from './html-tag.ts';

/** A MessageEntity; offsets count UTF-16 units. */
export interface Entity {
  type: string;
  offset: number;
  length: number;
  url?: string;
  language?: string;
  custom_emoji_id?: string;
}

const TYPES: Readonly<Record<string, string>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  u: 'underline',
  ins: 'underline',
  span: 'spoiler',
  'tg-spoiler': 'spoiler',
  'tg-emoji': 'custom_emoji',
  'tg-time': 'date_time',
  a: 'text_link',
  pre: 'pre',
  code: 'code',
  blockquote: 'blockquote',
};

/** Text and entities of parse_mode HTML, or the platform's refusal. */
export function parseHtml(source: string): { text: string; entities: Entity[] } {
  const open: { tag: OpenTag; offset: number }[] = [];
  const entities: Entity[] = [];
  let text = '';
  let at = 0;
  while (at < source.length) {
    const found = source[at];
    if (found === '<' && source[at + 1] === '/') {
      const last = open.at(-1);
      at = readEndTag(source, at, last?.tag.name);
      open.pop();
      if (last !== undefined && text.length > last.offset) {
        addEntity(entities, last.tag, last.offset, text);
      }
    } else if (found === '<') {
      const tag = readOpenTag(source, at);
      open.push({ tag, offset: text.length });
      at = tag.end;
    } else {
      const character = found === '&' ? readCharacter(source, at) : undefined;
      text += character?.text ?? found;
      at = character?.end ?? at + 1;
    }
  }
  const unclosed = open.at(-1)?.tag.name;
  if (unclosed !== undefined) {
    throw cannotParse(`Can't find end tag corresponding to start tag "${unclosed}"`);
  }
  entities.sort((a, b) => a.offset - b.offset || b.length - a.length);
  return { text, entities };
}

function addEntity(entities: Entity[], tag: OpenTag, offset: number, text: string): void {
  const entity: Entity = {
    type: TYPES[tag.name] ?? tag.name,
    offset,
    length: text.length - offset,
  };
  const inside = entities.at(-1);
  const language = tag.attributes.get('class')?.replace(/^language-/, '');
  if (tag.name === 'a') {
    const url = checkedLink(tag.attributes.get('href') || text.slice(offset));
    if (url === undefined) return;
    entity.url = url;
  } else if (tag.name === 'tg-emoji') {
    const id = tag.attributes.get('emoji-id') ?? '';
    if (!/^-?\d+$/.test(id)) throw cannotParse('Invalid custom emoji identifier specified');
    entity.custom_emoji_id = id;
  } else if (tag.name === 'blockquote' && tag.attributes.has('expandable')) {
    entity.type = 'expandable_blockquote';
  } else if (tag.name === 'code' && language) {
    entity.language = language;
  } else if (tag.name === 'pre' && inside?.type === 'code' && sameSpan(inside, entity)) {
    inside.type = 'pre';
    return;
  }
  entities.push(entity);
}

function sameSpan(one: Entity, other: Entity): boolean {
  return one.offset === other.offset && one.length === other.length;
}

/** A link the platform would keep; text without an address loses its entity. */
function checkedLink(link: string): string | undefined {
  if (/^(https?|tg|ton):\/\/\S+$/i.test(link)) return link;
  return /^[^\s/:]+\.[a-z]{2,}(\/\S*)?$/i.test(link) ? `http://${link}` : undefined;
}
