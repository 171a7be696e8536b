import { expect, test } from 'vitest';
import { z } from 'zod';
import { positiveNumber } from '../../../src/sources/kit/decode.ts';
import { createTally } from '../../../src/sources/kit/tally.ts';

const schema = z.object({ price: positiveNumber });

test('a bad row is dropped and counted once, with a sample that quotes no value', () => {
  const tally = createTally('venue');
  const row = tally.row('BTCUSDT');
  expect(row.read('market', schema, { price: 'secret' })).toBeUndefined();
  expect(row.read('funding', schema, {})).toBeUndefined();
  expect(tally.row('ETHUSDT').read('market', schema, { price: '1' })).toEqual({ price: 1 });
  const batch = tally.batch([]);
  expect(batch).toMatchObject({ rowsSeen: 2, rowsDropped: 1 });
  expect(batch.dropSamples).toEqual(['BTCUSDT market: price is not a positive number']);
});

test('over 5 % of the rows is a gap of that kind; up to 5 % is not', () => {
  const lose = (rows: number, bad: number) => {
    const tally = createTally('venue');
    for (let index = 0; index < rows; index += 1) {
      tally.row('X').read('market', schema, { price: index < bad ? '' : '1' });
    }
    return tally.batch([]).gaps;
  };
  expect(lose(100, 5)).toEqual([]);
  expect(lose(100, 6)).toEqual([
    expect.objectContaining({ wanted: 'market', reason: 'bad-payload', source: 'venue' }),
  ]);
});

test('odd names stay out of the samples, and there are at most five', () => {
  const tally = createTally('venue');
  for (let index = 0; index < 9; index += 1) tally.row('<script> 0xabc').drop('market', 'no');
  const { dropSamples } = tally.batch([]);
  expect(dropSamples).toHaveLength(5);
  expect(dropSamples.join()).not.toContain('script');
});
