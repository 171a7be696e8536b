import { DiscordAPIError } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { createSender } from '../../../../../src/bot/platforms/discord/send-message.ts';
import type { PlatformMessage } from '../../../../../src/bot/platforms/platform.ts';
import { InstantClock } from '../../../../fakes/instant-clock.ts';
import { makeDoc } from '../../../../fakes/make-message.ts';
import { RecordingLogger } from '../../../../fakes/recording-logger.ts';

const NEVER = new AbortController().signal;
const MESSAGE: PlatformMessage = {
  id: 'one',
  chat: { platform: 'discord', chatId: '1', thread: '2' },
  doc: makeDoc(),
  silent: false,
  severity: 2,
  kind: 'raise',
};

/** A sender whose requests are refused with this code while there is one. */
function setUp(first: { code: number; status: number } | undefined) {
  const clock = new InstantClock();
  let refusal = first;
  const send = createSender({
    api: async ({ method }) => {
      if (refusal === undefined) return { id: '77', content: 'words', embeds: [{}] };
      const { code, status } = refusal;
      throw new DiscordAPIError({ code, message: '' }, code, status, method, '/', {
        body: undefined,
        files: undefined,
      });
    },
    clock,
    log: new RecordingLogger(),
    invalidRequests: { heldMs: () => 0 },
    announcements: { sending() {}, publish() {} },
    roleToMention: () => undefined,
    isPublished: () => false,
    tokenSeen() {},
  });
  /** Minutes to wait after each of these tries, each of them made as soon as it may be. */
  async function waits(count: number, message = MESSAGE): Promise<unknown[]> {
    const minutes: unknown[] = [];
    for (let index = 0; index < count; index += 1) {
      const outcome = await send(message, NEVER);
      if (outcome.kind !== 'retry') throw new Error(outcome.kind);
      clock.advance(outcome.afterMs);
      minutes.push(outcome.afterMs / 60_000);
    }
    return minutes;
  }
  return {
    send,
    waits,
    refuse(next: typeof refusal) {
      refusal = next;
    },
  };
}

describe('a message to a channel that somebody has to open again', () => {
  it.each([
    [50001, 403],
    [50013, 403],
    [50083, 400],
    [160005, 403],
  ])('waits longer each time after code %i, and anew after a success', async (code, status) => {
    const { send, waits, refuse } = setUp({ code, status });
    expect(await waits(7)).toEqual([1, 2, 4, 8, 10, 10, 10]);
    refuse(undefined);
    expect((await send(MESSAGE, NEVER)).kind).toBe('sent');
    refuse({ code, status });
    expect(await waits(2)).toEqual([1, 2]);
  });

  it('does not wait for edits in an archived thread, which wait alone', async () => {
    const { send, waits, refuse } = setUp({ code: 50083, status: 400 });
    const edit = { ...MESSAGE, editOf: '9' };
    expect(await send(edit, NEVER)).toMatchObject({ afterMs: 60_000, scope: 'message' });
    expect((await waits(4, edit)).at(-1)).toBe(8);
    refuse({ code: 50001, status: 403 });
    expect(await send(MESSAGE, NEVER)).toMatchObject({ afterMs: 60_000, scope: 'chat' });
  });

  it('waits a minute each time after a refusal that is not of the channel', async () => {
    const { waits } = setUp({ code: 0, status: 403 });
    expect(await waits(5)).toEqual([1, 1, 1, 1, 1]);
  });
});
