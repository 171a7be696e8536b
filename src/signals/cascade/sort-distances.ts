/**
 * Sorts trigger distances with the index of each. A radix sort on the bits of the doubles: for
 * numbers >= 0 the order of the bit patterns is the order of the numbers. Stable, O(n), and at a
 * million units several times faster than a comparison sort of indices.
 */

export interface SortedDistances {
  /** Ascending log-price distances. */
  distances: Float64Array;
  /** Sorted position -> index in the input; equal distances keep the order of the input. */
  order: Uint32Array;
}

/** One digit of the 64-bit key: which half, and which bits of that half. */
interface Digit {
  highHalf: boolean;
  shift: number;
}

const DIGIT_BITS = 11;
const BUCKETS = 1 << DIGIT_BITS;
const BUCKET_MASK = BUCKETS - 1;

/** From the lowest bits to the highest; the last digit of each half has 10 bits. */
const DIGITS: readonly Digit[] = [false, true].flatMap((highHalf) =>
  [0, DIGIT_BITS, 2 * DIGIT_BITS].map((shift) => ({ highHalf, shift })),
);

/** Place of a double's high half among its two 32-bit words, which depends on the machine. */
const HIGH_WORD = new Uint32Array(Float64Array.of(1).buffer)[1] === 0 ? 0 : 1;

/** `input`: finite numbers >= 0 (the caller's duty); it is not changed. */
export function sortDistances(input: Float64Array): SortedDistances {
  const n = input.length;
  let keys = new Float64Array(n);
  let order = new Uint32Array(n);
  let sorted = true;
  let previous = 0;
  for (let i = 0; i < n; i += 1) {
    // Adding 0 turns -0, whose sign bit would sort it last, into 0.
    const key = (input[i] as number) + 0;
    keys[i] = key;
    order[i] = i;
    if (key < previous) sorted = false;
    previous = key;
  }
  if (sorted) return { distances: keys, order };

  const counts = countDigits(keys);
  let spareKeys = new Float64Array(n);
  let spareOrder = new Uint32Array(n);
  for (const [position, digit] of DIGITS.entries()) {
    const starts = counts.subarray(position * BUCKETS, (position + 1) * BUCKETS);
    if (!turnIntoStarts(starts, n)) continue;
    distribute(digit, starts, { keys, order }, { keys: spareKeys, order: spareOrder });
    [keys, spareKeys] = [spareKeys, keys];
    [order, spareOrder] = [spareOrder, order];
  }
  return { distances: keys, order };
}

/** How many keys have each value of each digit, all six digits in one reading of the keys. */
function countDigits(keys: Float64Array): Uint32Array {
  const words = new Uint32Array(keys.buffer);
  const counts = new Uint32Array(DIGITS.length * BUCKETS);
  for (let i = 0; i < keys.length; i += 1) {
    const high = words[2 * i + HIGH_WORD] as number;
    const low = words[2 * i + 1 - HIGH_WORD] as number;
    const at0 = low & BUCKET_MASK;
    const at1 = BUCKETS + ((low >>> DIGIT_BITS) & BUCKET_MASK);
    const at2 = 2 * BUCKETS + (low >>> (2 * DIGIT_BITS));
    const at3 = 3 * BUCKETS + (high & BUCKET_MASK);
    const at4 = 4 * BUCKETS + ((high >>> DIGIT_BITS) & BUCKET_MASK);
    const at5 = 5 * BUCKETS + (high >>> (2 * DIGIT_BITS));
    counts[at0] = (counts[at0] as number) + 1;
    counts[at1] = (counts[at1] as number) + 1;
    counts[at2] = (counts[at2] as number) + 1;
    counts[at3] = (counts[at3] as number) + 1;
    counts[at4] = (counts[at4] as number) + 1;
    counts[at5] = (counts[at5] as number) + 1;
  }
  return counts;
}

/** Counts -> first position of each bucket. False when one bucket holds all: nothing to move. */
function turnIntoStarts(counts: Uint32Array, total: number): boolean {
  let start = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    const count = counts[bucket] as number;
    if (count === total) return false;
    counts[bucket] = start;
    start += count;
  }
  return true;
}

interface Keyed {
  keys: Float64Array;
  order: Uint32Array;
}

function distribute(digit: Digit, starts: Uint32Array, from: Keyed, to: Keyed): void {
  const { keys, order } = from;
  const words = new Uint32Array(keys.buffer);
  const offset = digit.highHalf ? HIGH_WORD : 1 - HIGH_WORD;
  const { shift } = digit;
  const toKeys = to.keys;
  const toOrder = to.order;
  for (let i = 0; i < keys.length; i += 1) {
    const bucket = ((words[2 * i + offset] as number) >>> shift) & BUCKET_MASK;
    const position = starts[bucket] as number;
    starts[bucket] = position + 1;
    toKeys[position] = keys[i] as number;
    toOrder[position] = order[i] as number;
  }
}
