import { describe, expect, it } from 'vitest';
import { createChannelTrouble } from '../../../../../src/bot/platforms/discord/channel-trouble.ts';
import { InstantClock } from '../../../../fakes/instant-clock.ts';

function setUp(mostChannels?: number) {
  const clock = new InstantClock();
  const trouble = createChannelTrouble(clock, mostChannels);
  /** Refused each time it is tried again, as soon as it may be. */
  const waitsOf = (channelId: string, count: number) =>
    Array.from({ length: count }, () => {
      const waitMs = trouble.refused(channelId, 'chat');
      clock.advance(waitMs);
      return waitMs / 60_000;
    });
  return { clock, trouble, waitsOf };
}

describe('a channel that is refused', () => {
  it('is tried ever less, each by itself, and anew after a success', () => {
    const { trouble, waitsOf } = setUp();
    expect(waitsOf('a', 7)).toEqual([1, 2, 4, 8, 10, 10, 10]);
    expect(waitsOf('b', 2)).toEqual([1, 2]);
    trouble.worked('a');
    expect(waitsOf('a', 2)).toEqual([1, 2]);
  });

  it('does not wait longer for several messages that were under way at once', () => {
    const { trouble } = setUp();
    const together = [1, 2, 3].map(() => trouble.refused('a', 'chat'));
    expect(together).toEqual([60_000, 60_000, 60_000]);
  });

  it('begins anew after a long time without a refusal', () => {
    const { clock, waitsOf } = setUp();
    waitsOf('a', 6);
    clock.advance(1_800_001);
    expect(waitsOf('a', 1)).toEqual([1]);
  });

  it('keeps posts apart from edits that wait alone', () => {
    const { clock, trouble } = setUp();
    for (let count = 0; count < 4; count += 1) clock.advance(trouble.refused('a', 'message'));
    expect(trouble.refused('a', 'chat')).toBe(60_000);
  });

  it('is tried in plain form again after half an hour or a success', () => {
    const { clock, trouble } = setUp();
    expect(trouble.mayTryPlainly('a')).toBe(true);
    trouble.plainlyRefused('a');
    expect(trouble.mayTryPlainly('a')).toBe(false);
    expect(trouble.mayTryPlainly('b')).toBe(true);
    clock.advance(1_800_000);
    expect(trouble.mayTryPlainly('a')).toBe(true);
    trouble.plainlyRefused('a');
    trouble.worked('a');
    expect(trouble.mayTryPlainly('a')).toBe(true);
  });

  it('is forgotten when too many others came after it', () => {
    const { trouble, waitsOf } = setUp(2);
    waitsOf('a', 2);
    waitsOf('b', 2);
    waitsOf('a', 1);
    waitsOf('c', 1);
    expect(waitsOf('a', 1)).toEqual([8]);
    trouble.worked('c');
    expect(waitsOf('b', 1)).toEqual([1]);
  });
});
