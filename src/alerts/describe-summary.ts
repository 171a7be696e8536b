import { LEVELS } from '../signals/model/ids.ts';
import { formatUtc } from './format.ts';
import type { Block, MessageDoc } from './message-doc.ts';
import type { OutgoingMessage } from './model.ts';

/** What a summary needs of each message it stands for. */
export type SummarisedMessage = Pick<
  OutgoingMessage,
  'id' | 'groupId' | 'sequence' | 'severity' | 'doc' | 'createdAt'
>;

/** Incidents with a line of their own; more are counted. */
const LINES_SHOWN = 20;

/** Characters of the sentence after the title, so that the lines shown fit any platform. */
const SENTENCE_CHARACTERS = 120;

/**
 * One message for several that wait for the same chat: a line per incident, worst first, then
 * oldest. Of several messages of one incident the newest speaks. No chart: details are asked for.
 * `messages` must not be empty (RangeError).
 */
export function describeSummary(messages: readonly SummarisedMessage[]): MessageDoc {
  const incidents = newestOfEach(messages).sort(worstFirst);
  const [worst] = incidents;
  if (worst === undefined) throw new RangeError('a summary of no messages');
  const items = incidents.slice(0, LINES_SHOWN).map(lineOf);
  const blocks: Block[] = [{ kind: 'list', items }];
  const more = incidents.length - items.length;
  if (more > 0) blocks.push({ kind: 'text', text: `And ${more} more.` });
  return {
    title: titleText(incidents.length, worst.severity),
    tone: worst.doc.tone,
    blocks,
    footer: footerText(worst),
  };
}

/** Coverage and age of the worst one stand for those of the moment: each coin has its own. */
function footerText({ doc }: SummarisedMessage): string {
  const how = 'Too many at once for a message each; details of a coin: /risk';
  return doc.footer === undefined ? how : `${how} · ${doc.title}: ${doc.footer}`;
}

function newestOfEach(messages: readonly SummarisedMessage[]): SummarisedMessage[] {
  const newest = new Map<string, SummarisedMessage>();
  for (const message of messages) {
    const known = newest.get(message.groupId);
    if (known === undefined || known.sequence < message.sequence) {
      newest.set(message.groupId, message);
    }
  }
  return [...newest.values()];
}

function worstFirst(a: SummarisedMessage, b: SummarisedMessage): number {
  if (a.severity !== b.severity) return b.severity - a.severity;
  if (a.createdAt !== b.createdAt) return a.createdAt - b.createdAt;
  return a.id < b.id ? -1 : 1;
}

function titleText(count: number, severity: number): string {
  const level = severity > 0 ? LEVELS[severity] : undefined;
  if (level === undefined) return count === 1 ? '1 notice' : `${count} notices at once`;
  const alerts = count === 1 ? '1 alert' : `${count} alerts at once`;
  return `${alerts}, worst: ${level.toUpperCase()}`;
}

/** `BTC down: HIGH 72/100 (14:03 UTC). A 3.1 % fall would force …` */
function lineOf({ doc, createdAt }: SummarisedMessage): string {
  const time = formatUtc(createdAt).slice('2026-01-01 '.length);
  const head = time === '' ? doc.title : `${doc.title} (${time})`;
  const text = doc.blocks.find((block) => block.kind === 'text')?.text ?? '';
  return text === '' ? head : `${head}. ${shortened(text)}`;
}

/** The first sentence up to a semicolon, or its first words when that is long. */
function shortened(text: string): string {
  const [first = text] = /^.*?[.!?;](?=\s|$)/s.exec(text) ?? [];
  const sentence = first.replace(/;$/, '.');
  if (sentence.length <= SENTENCE_CHARACTERS) return sentence;
  const cut = sentence.slice(0, SENTENCE_CHARACTERS);
  const atWord = cut.lastIndexOf(' ');
  return `${(atWord > 0 ? cut.slice(0, atWord) : cut).trimEnd()} …`;
}
