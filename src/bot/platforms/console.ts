import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { formatUtc } from '../../alerts/format.ts';
import type { MessageDoc } from '../../alerts/message-doc.ts';
import { describeCause } from '../../errors.ts';
import type { Clock, Logger } from '../../ports.ts';
import { saveChart } from '../charts/save-chart.ts';
import { frame } from '../text/frame.ts';
import { plainLine } from '../text/plain.ts';
import { renderText } from '../text/render-text.ts';
import { type Line, line, paint, textOf } from '../text/styled.ts';
import type { DeliveryOutcome, Inbox, Platform, PlatformMessage } from './platform.ts';

export interface ConsoleParts {
  input: Readable;
  /** A terminal or a file; of a terminal, width and colours (NO_COLOR included) are asked. */
  output: Writable & { isTTY?: boolean; columns?: number; hasColors?: () => boolean };
  /** Where pictures are written; their paths are printed. */
  chartsFolder: string;
  clock: Clock;
  log: Logger;
}

const CHAT_ID = 'terminal';
const MESSAGE_CHARACTERS = 20_000;
const LONGEST_LINE = 2_000;
const COLUMNS_OF_A_FILE = 100;
const MOST_COLUMNS = 110;
/** Nobody sees a closed terminal, but the next start of the service may have an open one. */
const CLOSED_RETRY_MS = 30_000;
const SOUND = '\x07';

/**
 * The terminal as a chat: lines typed are commands (with or without a slash), answers and alerts
 * are printed, charts become PNG files. The end of the input ends no service: alerts go on.
 *
 * Sending to a closed output is `retry`, never `refused`: nothing was seen, and closing the chat
 * would end its subscriptions for the next start. A write cut off by the deadline is `unknown`.
 */
export function createConsolePlatform(parts: ConsoleParts): Platform {
  const { input, output, log } = parts;
  let state: 'connected' | 'connecting' | 'stopped' = 'connecting';
  // Without a listener a closed pipe would end the process; each write has its own callback.
  output.on('error', (error) => log.warn({ cause: describeCause(error) }, 'terminal closed'));

  const screenColumns = () => Math.min(output.columns ?? COLUMNS_OF_A_FILE, MOST_COLUMNS);

  function write(lines: readonly Line[], sound: boolean, signal?: AbortSignal): Promise<Written> {
    const coloured = output.isTTY === true && output.hasColors?.() !== false;
    const text = `${coloured ? paint(lines) : textOf(lines)}\n\n`;
    return writeText(output, sound && output.isTTY === true ? SOUND + text : text, signal);
  }

  async function linesOf(doc: MessageDoc, columns: number, png?: Uint8Array): Promise<Line[]> {
    const lines = renderText(doc, { columns, maxCharacters: MESSAGE_CHARACTERS - columns * 8 });
    if (png === undefined || doc.figure === undefined) return lines;
    try {
      const path = await saveChart(parts.chartsFolder, doc.figure, png);
      return [...lines, line(`chart: ${plainLine(path)}`, 'faint')];
    } catch (error) {
      log.warn({ cause: describeCause(error) }, 'chart not saved');
      return [...lines, line('(the chart could not be saved)', 'faint')];
    }
  }

  async function send(message: PlatformMessage, signal: AbortSignal): Promise<DeliveryOutcome> {
    if (message.chat.chatId !== CHAT_ID) {
      return { kind: 'refused', reason: 'the terminal has only one chat', closeChat: true };
    }
    if (signal.aborted) return { kind: 'retry', afterMs: 0, reason: 'stopped before printing' };
    try {
      const columns = screenColumns();
      const lines = await linesOf(message.doc, columns - 2, message.png);
      const time = formatUtc(parts.clock.now());
      const framed = frame(lines, message.doc.tone, columns, time);
      const written = await write(framed, !message.silent, signal);
      if (written.kind === 'written') return { kind: 'sent', platformMessageId: message.id };
      if (written.kind === 'cut-off') {
        return { kind: 'unknown', reason: 'the terminal took no text in time' };
      }
      return { kind: 'retry', afterMs: CLOSED_RETRY_MS, reason: 'the terminal is closed' };
    } catch (error) {
      // Rendering failed before anything was printed; it would fail the same way again.
      log.error({ message: message.id, cause: describeCause(error) }, 'message not rendered');
      return { kind: 'refused', reason: 'the message could not be rendered', closeChat: false };
    }
  }

  async function answer(inbox: Inbox, typed: string): Promise<void> {
    const text = typed.slice(0, LONGEST_LINE).trim().replace(/^\//, '');
    if (text === '') return;
    const [command = ''] = text.split(/\s/, 1);
    const { doc, png } = await inbox.handle({
      chat: { platform: 'console', chatId: CHAT_ID },
      userId: CHAT_ID,
      // Whoever sits at the terminal runs the service.
      mayManage: async () => true,
      private: true,
      command,
      input: { text: text.slice(command.length).trim() },
    });
    await write(await linesOf(doc, screenColumns(), png), false);
  }

  async function run(inbox: Inbox, signal: AbortSignal): Promise<void> {
    if (signal.aborted) {
      state = 'stopped';
      return;
    }
    const reader = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
    let answered: Promise<void> = Promise.resolve();
    reader.on('line', (typed) => {
      answered = answered
        .then(() => answer(inbox, typed))
        .catch((error: unknown) => log.error({ cause: describeCause(error) }, 'no answer printed'));
    });
    input.on('error', (error) => log.warn({ cause: describeCause(error) }, 'input closed'));
    state = 'connected';
    if (output.isTTY === true) await write([line('Write /help for the commands.', 'faint')], false);
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    state = 'stopped';
    reader.close();
    await answered;
  }

  return {
    id: 'console',
    limits: {
      messageCharacters: MESSAGE_CHARACTERS,
      perSecond: 50,
      perChatIntervalMs: 0,
      retriesAreIdempotent: false,
    },
    run,
    send,
    state: () => ({ state }),
  };
}

type Written = { kind: 'written' | 'closed' | 'cut-off' };

/** One write for one message, so that two never mix. */
function writeText(output: Writable, text: string, signal?: AbortSignal): Promise<Written> {
  if (output.destroyed || output.writableEnded) return Promise.resolve({ kind: 'closed' });
  const { promise, resolve } = Promise.withResolvers<Written>();
  signal?.addEventListener('abort', () => resolve({ kind: 'cut-off' }), { once: true });
  output.write(text, (error) => resolve({ kind: error ? 'closed' : 'written' }));
  return promise;
}
