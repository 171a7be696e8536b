import { expect, it } from 'vitest';
import {
  cellLogPrice,
  createLadder,
  firstCellAtOrAbove,
  normalisedLadder,
  spreadMass,
} from '../../../../src/signals/profile/trigger-ladder.ts';

it('mass is spread by overlap with each cell', () => {
  const ladder = createLadder(1, 0, 4);
  spreadMass(ladder, 0.5, 2.5, 4);
  expect([...ladder.mass]).toEqual([1, 2, 1, 0, 0]);
});

it('a point goes to its cell; what lies outside the ladder is dropped', () => {
  const ladder = createLadder(1, 0, 1);
  spreadMass(ladder, 1.2, 1.2, 3);
  spreadMass(ladder, 7, 7, 5);
  spreadMass(ladder, -2, 2, 4);
  expect([...ladder.mass]).toEqual([1, 4]);
});

it('a cell stands for its centre, also below 1 USD', () => {
  const ladder = createLadder(0.5, -2, 0);
  expect(cellLogPrice(ladder, 0)).toBe(-1.75);
  expect(firstCellAtOrAbove(ladder, -1.75)).toBe(0);
  expect(firstCellAtOrAbove(ladder, -1.74)).toBe(1);
});

it('normalising trims empty ends and keeps the prices of the cells', () => {
  const ladder = createLadder(1, 0, 4);
  expect(normalisedLadder(ladder)).toBeUndefined();
  spreadMass(ladder, 1, 3, 8);
  expect(normalisedLadder(ladder)).toEqual({
    stepLog: 1,
    firstCell: 1,
    mass: Float64Array.of(0.5, 0.5),
  });
});
