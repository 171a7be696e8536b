import { describe, expect, test } from 'vitest';
import type { LadderFigure, MessageDoc } from '../../../src/alerts/message-doc.ts';
import type { ChatRef } from '../../../src/alerts/model.ts';
import type { Platform, PlatformMessage } from '../../../src/bot/platforms/platform.ts';
import { makeInbox } from '../../fakes/make-inbox.ts';
import type { RecordingLogger } from '../../fakes/recording-logger.ts';

export interface PlatformUnderTest {
  platform: Platform;
  /** A chat that can be reached. */
  chat: ChatRef;
  log: RecordingLogger;
  /** Every message that stands in the chat, as it is shown now, its text alone. */
  shown(): string[];
  /** Somebody deletes the newest message there. Where messages can be edited. */
  remove?(): void;
  /** What must never be logged or told: tokens, or contents of messages. */
  secrets: readonly string[];
  /** Makes every later send fail, as the platform fails. */
  breakDown(): void;
}

const NEVER = new AbortController().signal;
const SECRET_TEXT = 'private-words-4711';

const EVIL = '\u001b[2J\u0007\u009b\u0000\u202e\ud800\u2028<b>&amp;</b>*_`[x](y)';
const FIGURE: LadderFigure = {
  kind: 'liquidation-ladder',
  asset: 'ETH',
  priceUsd: 2500,
  at: Date.UTC(2026, 0, 1),
  caption: EVIL,
  sides: [
    {
      side: 'down',
      level: 'high',
      profile: { distances: [0.01, 0.05], exactUsd: [1e6, 0], estimatedUsd: [0, 1e9] },
      criticalShockFraction: 0.03,
    },
    { side: 'up', level: 'low', profile: { distances: [], exactUsd: [], estimatedUsd: [] } },
  ],
};

function doc(blocks: MessageDoc['blocks'], rest: Partial<MessageDoc> = {}): MessageDoc {
  return { title: 'Title', tone: 'info', blocks, ...rest };
}

const DOCUMENTS: Readonly<Record<string, MessageDoc>> = {
  'nothing but a title': doc([]),
  'an empty title': doc([], { title: '' }),
  '3000 x &': doc([{ kind: 'text', text: '&'.repeat(3_000) }]),
  '3000 x emoji': doc([{ kind: 'text', text: '🚨'.repeat(3_000) }]),
  '3000 joined emoji': doc([{ kind: 'list', items: ['👨‍👩‍👧'.repeat(3_000)] }]),
  '100000 letters': doc([{ kind: 'text', text: 'x'.repeat(100_000) }], {
    title: 'y'.repeat(9_000),
  }),
  'a long footer': doc([{ kind: 'text', text: 'text' }], { footer: '<'.repeat(30_000) }),
  'a wide table': doc([{ kind: 'table', rows: Array(60).fill(Array(20).fill('清算清算')) }]),
  'ragged and empty tables': doc([
    { kind: 'table', rows: [['a'], [], ['b', 'c', 'd']] },
    { kind: 'table', rows: [] },
  ]),
  'empty blocks': doc([
    { kind: 'text', text: '' },
    { kind: 'fields', fields: [] },
    { kind: 'list', items: [] },
  ]),
  'control characters everywhere': doc(
    [
      { kind: 'text', text: EVIL },
      { kind: 'fields', fields: [{ name: EVIL, value: EVIL }] },
      { kind: 'list', items: [EVIL] },
      {
        kind: 'table',
        rows: [
          [EVIL, EVIL],
          [EVIL, EVIL],
        ],
      },
    ],
    { title: EVIL, footer: EVIL, figure: { ...FIGURE, asset: EVIL } },
  ),
  'a figure': doc([], { figure: FIGURE, tone: 'critical' }),
};

/** What every platform must hold to, whatever it talks to. */
export function platformSuite(name: string, open: () => Promise<PlatformUnderTest>): void {
  const message = (under: PlatformUnderTest, document: MessageDoc): PlatformMessage => ({
    id: 'outbox-id-25-characters-x',
    chat: under.chat,
    doc: document,
    silent: false,
    severity: 2,
    kind: 'raise',
    ...(document.figure === undefined ? {} : { png: new Uint8Array([0x89, 0x50]) }),
  });

  describe(`platform ${name}`, () => {
    test('states sound limits and its name', async () => {
      const { platform } = await open();
      expect(platform.id).toBe(name);
      expect(platform.limits.messageCharacters).toBeGreaterThanOrEqual(1_000);
      expect(platform.limits.perSecond).toBeGreaterThan(0);
      expect(platform.limits.perChatIntervalMs).toBeGreaterThanOrEqual(0);
    });

    test.each(Object.keys(DOCUMENTS))('shows %s within its limit', async (kind) => {
      const under = await open();
      const document = DOCUMENTS[kind];
      if (document === undefined) throw new Error(kind);
      const outcome = await under.platform.send(message(under, document), NEVER);
      expect(outcome).toEqual({ kind: 'sent', platformMessageId: expect.any(String) });
      const [text = '', ...others] = under.shown();
      expect(others).toEqual([]);
      expect(text.length).toBeLessThanOrEqual(under.platform.limits.messageCharacters);
      expect(text.isWellFormed()).toBe(true);
      expect(text).not.toMatch(/(?!\n)[\p{Cc}\u202a-\u202e\u2028]/u);
    });

    test('never throws: a broken connection is an outcome', async () => {
      const under = await open();
      under.breakDown();
      for (const document of Object.values(DOCUMENTS)) {
        const outcome = await under.platform.send(message(under, document), NEVER);
        expect(['retry', 'refused', 'unknown']).toContain(outcome.kind);
      }
    });

    test('an aborted send is never called sent or refused', async () => {
      const under = await open();
      const outcome = await under.platform.send(message(under, doc([])), AbortSignal.abort());
      expect(['retry', 'unknown']).toContain(outcome.kind);
    });

    test('changes a message where it says it can, and calls a deleted one gone', async () => {
      const under = await open();
      if (under.platform.limits.edits !== true) {
        expect(under.remove).toBeUndefined();
        return;
      }
      const first = await under.platform.send(message(under, doc([], { title: 'Before' })), NEVER);
      if (first.kind !== 'sent') throw new Error(first.reason);
      const change: PlatformMessage = {
        ...message(under, doc([], { title: 'After' })),
        kind: 'update',
        editOf: first.platformMessageId,
      };
      const edited = await under.platform.send(change, NEVER);
      expect(edited).toEqual({ kind: 'sent', platformMessageId: expect.any(String) });
      expect(under.shown()).toEqual([expect.stringContaining('After')]);
      // Told twice, it is still one message that says so.
      expect(await under.platform.send(change, NEVER)).toMatchObject({ kind: 'sent' });
      under.remove?.();
      expect(await under.platform.send(change, NEVER)).toMatchObject({ kind: 'gone' });
      expect(under.shown()).toEqual([]);
    });

    test('calls a message that was never its own gone', async () => {
      const under = await open();
      if (under.platform.limits.edits !== true) return;
      const change = { ...message(under, doc([])), editOf: 'no id of any platform' };
      expect(await under.platform.send(change, NEVER)).toMatchObject({ kind: 'gone' });
    });

    test('keeps secrets and what messages say out of outcomes and logs', async () => {
      const under = await open();
      const secret = doc([{ kind: 'text', text: SECRET_TEXT }], { figure: FIGURE });
      const outcomes = [await under.platform.send(message(under, secret), NEVER)];
      under.breakDown();
      outcomes.push(await under.platform.send(message(under, secret), NEVER));
      const told = JSON.stringify([outcomes, under.log.lines, under.platform.state()]);
      for (const hidden of [SECRET_TEXT, ...under.secrets]) expect(told).not.toContain(hidden);
    });

    test('stops when told to, and says so', async () => {
      const { platform } = await open();
      const stop = new AbortController();
      const running = platform.run(makeInbox(), stop.signal);
      expect(['connected', 'connecting']).toContain(platform.state().state);
      stop.abort();
      await running;
      expect(platform.state().state).toBe('stopped');
    });
  });
}
