import { describe, expect, test } from 'vitest';
import { createFloodScope } from '../../../../../src/bot/platforms/telegram/flood-scope.ts';

const LONG_MS = 300_000;

/** Refusals at times (ms) of chats, each told to wait five minutes; gives the waits of everybody. */
function waitsAfter(refusals: readonly [at: number, chat: string][]): (number | undefined)[] {
  let now = 0;
  const scope = createFloodScope(() => now);
  return refusals.map(([at, chat]) => {
    now = at;
    return scope(chat, LONG_MS);
  });
}

describe('who waits after a 429 of Telegram', () => {
  test('a few chats far apart wait each for itself, however often they are refused', () => {
    const far: [number, string][] = [0, 4_000, 8_000, 12_000].map((at) => [at, `c${at}`]);
    expect(waitsAfter(far)).toEqual([undefined, undefined, undefined, undefined]);
    expect(waitsAfter([0, 1, 2, 3].map((at) => [at, 'same']))).toEqual(Array(4).fill(undefined));
  });

  test('three chats at once make the bot pause for seconds, not for minutes', () => {
    const three: [number, string][] = [
      [0, 'a'],
      [1_000, 'b'],
      [2_000, 'c'],
    ];
    expect(waitsAfter(three)).toEqual([undefined, undefined, 5_000]);
    // What was already on its way says nothing new.
    expect(waitsAfter([...three, [2_500, 'd']]).at(-1)).toBe(4_500);
  });

  test('only another chat refused right after the pause makes it wait the whole time', () => {
    const three: [number, string][] = [
      [0, 'a'],
      [0, 'b'],
      [0, 'c'],
    ];
    expect(waitsAfter([...three, [5_100, 'd']]).at(-1)).toBe(LONG_MS);
    expect(waitsAfter([...three, [5_100, 'a']]).at(-1)).toBeUndefined();
    expect(waitsAfter([...three, [2_000, 'd'], [5_100, 'd']]).at(-1)).toBeUndefined();
    expect(waitsAfter([...three, [20_000, 'd']]).at(-1)).toBeUndefined();
  });

  test('a wait shorter than the pause stays as short as it was told', () => {
    const scope = createFloodScope(() => 0);
    for (const chat of ['a', 'b']) scope(chat, 1_000);
    expect(scope('c', 1_000)).toBe(1_000);
  });
});
