import { expect, test } from 'vitest';
import { createFrameQueue } from '../../../../src/sources/stream/frame-queue.ts';

/** A queue whose turns the test takes. */
function openQueue(limits: { pauseAtFrames: number; pauseAtBytes: number; framesPerTurn: number }) {
  const turns: (() => void)[] = [];
  const taken: string[] = [];
  const said: string[] = [];
  const queue = createFrameQueue({
    limits,
    take: (frame) => taken.push(frame.toString()),
    pause: () => said.push(`pause at ${taken.length}`),
    resume: () => said.push(`resume at ${taken.length}`),
    later: (turn) => turns.push(turn),
  });
  const push = (text: string) => queue.push(Buffer.from(text));
  const takeTurn = () => turns.shift()?.();
  return { queue, turns, taken, said, push, takeTurn };
}

const WIDE = { pauseAtFrames: 1_000, pauseAtBytes: 1_000_000, framesPerTurn: 2 };

test('a few frames are read a turn, in order, and other work is let in between', () => {
  const { push, taken, takeTurn, turns } = openQueue(WIDE);
  for (const text of ['a', 'b', 'c', 'd', 'e']) push(text);
  expect(taken).toEqual([]);
  expect(turns).toHaveLength(1);
  takeTurn();
  expect(taken).toEqual(['a', 'b']);
  takeTurn();
  takeTurn();
  expect(taken).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(turns).toHaveLength(0);
});

test('too many frames pause the socket; at a half it goes on', () => {
  const { push, said, takeTurn } = openQueue({ ...WIDE, pauseAtFrames: 6 });
  for (let count = 0; count < 6; count += 1) push('x');
  expect(said).toEqual(['pause at 0']);
  takeTurn();
  expect(said).toEqual(['pause at 0']);
  takeTurn();
  expect(said).toEqual(['pause at 0', 'resume at 4']);
});

test('too many bytes pause it as well', () => {
  const { push, said, takeTurn } = openQueue({ ...WIDE, pauseAtBytes: 100 });
  push('x'.repeat(100));
  expect(said).toEqual(['pause at 0']);
  takeTurn();
  expect(said).toEqual(['pause at 0', 'resume at 1']);
});

test('what comes in spite of the pause has room, and no more than that', () => {
  const { push, taken, takeTurn, turns } = openQueue({ ...WIDE, pauseAtFrames: 4 });
  const kept = Array.from({ length: 20 }, (_, index) => push(String(index)));
  expect(kept.filter(Boolean)).toHaveLength(16);
  while (turns.length > 0) takeTurn();
  expect(taken.at(-1)).toBe('15');
  expect(push('later')).toBe(true);
});

test('a closed queue reads nothing more', () => {
  const { push, queue, taken, takeTurn } = openQueue(WIDE);
  push('a');
  queue.close();
  takeTurn();
  expect(push('b')).toBe(false);
  expect(taken).toEqual([]);
});
