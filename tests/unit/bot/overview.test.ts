import { expect, test } from 'vitest';
import { overviewBlocks } from '../../../src/bot/answers/overview.ts';
import { tableColumns } from '../../../src/bot/text/text-table.ts';
import type { AssetState } from '../../../src/signals/model/reading.ts';
import { makeReading } from '../../fakes/make-reading.ts';

const stateOf = (name: string, scoreDown: number, scoreUp: number): AssetState => {
  return { status: 'ready', reading: makeReading({ name, scoreDown, scoreUp }) };
};

test('both sides of a coin have a row each, in columns that fit on a phone', () => {
  const [table] = overviewBlocks([stateOf('FARTCOIN', 72, 55)], 0);
  if (table?.kind !== 'table') throw new Error('no table');
  expect(table.rows).toEqual([
    ['Coin', 'Side', 'Score', 'Shock'],
    ['FARTCOIN', 'down', '72 high', '-3.1 %'],
    ['FARTCOIN', 'up', '55 elevated', '+3.1 %'],
  ]);
  expect(tableColumns(table.rows)).toBe(35);
});

test('of many coins only the side with the higher score is shown, and that is said', () => {
  const coins = Array.from({ length: 13 }, (_, index) => stateOf(`C${index}`, 30, 40 + index));
  const [table, note] = overviewBlocks(coins, 0);
  if (table?.kind !== 'table') throw new Error('no table');
  expect(table.rows).toHaveLength(14);
  expect(table.rows.slice(1).map(([, side]) => side)).toEqual(Array(13).fill('up'));
  expect(note).toEqual({ kind: 'text', text: 'Of each coin the side with the higher score.' });
});
