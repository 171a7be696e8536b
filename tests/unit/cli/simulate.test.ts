import { describe, expect, test } from 'vitest';
import { runSimulate } from '../../../src/cli/simulate.ts';
import { ExitError } from '../../../src/errors.ts';

/** The model's worked example in log-price units and USD. */
const EXAMPLE = {
  triggers: [
    { distance: 0.1, usd: 4e8 },
    { distance: 0.02, usd: 1e8 },
    { distance: 0.03, usd: 1.5e8 },
    { distance: 0.04, usd: 2.5e8 },
    { distance: 0.06, usd: 1e8 },
  ],
  impact: { depthUsdPerUnit: 1e10, latentUsdPerUnit2: 1e11 },
  shocks: [0, 0.0209],
};

const run = (input: unknown) => JSON.parse(runSimulate(JSON.stringify(input)));

function refusal(text: string): ExitError {
  try {
    runSimulate(text);
  } catch (error) {
    if (error instanceof ExitError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('the answer', () => {
  test('has the documented keys, in the documented order, on one line', () => {
    const text = runSimulate(JSON.stringify(EXAMPLE));
    expect(text).not.toContain('\n');
    const answer = JSON.parse(text);
    expect(Object.keys(answer)).toEqual([
      'results',
      'effectiveDistances',
      'criticalShock',
      'runaways',
    ]);
    expect(Object.keys(answer.results[1])).toEqual([
      'shock',
      'endDistance',
      'forcedUsd',
      'amplification',
    ]);
    expect(Object.keys(answer.runaways[0])).toEqual([
      'shock',
      'fromDistance',
      'toDistance',
      'forcedUsd',
    ]);
  });

  test('is the worked example, effective distances in the order of the input', () => {
    const answer = run(EXAMPLE);
    const rounded = answer.effectiveDistances.map((m: number) => m.toFixed(5));
    expect(rounded).toEqual(['0.05780', '0.02000', '0.02084', '0.02084', '0.02340']);
    const [, hit] = answer.results;
    expect(hit.shock).toBe(0.0209);
    expect(hit.endDistance.toFixed(4)).toBe('0.0575');
    expect(hit.forcedUsd).toBe(5e8);
    expect(hit.amplification.toFixed(2)).toBe('2.75');
    expect(answer.criticalShock.toFixed(5)).toBe('0.02084');
    expect(answer.runaways[0].fromDistance.toFixed(4)).toBe('0.0300');
    expect(answer.runaways[0].toDistance.toFixed(4)).toBe('0.0574');
  });

  test('has a null amplification for a shock of 0 and a null critical shock when there is none', () => {
    expect(run(EXAMPLE).results[0]).toEqual({
      shock: 0,
      endDistance: 0,
      forcedUsd: 0,
      amplification: null,
    });
    expect(run({ ...EXAMPLE, kappa: 0.07 }).criticalShock).toBeNull();
  });

  test('takes kappa, 1 % by default', () => {
    expect(run(EXAMPLE)).toEqual(run({ ...EXAMPLE, kappa: 0.01 }));
    expect(run({ ...EXAMPLE, kappa: 0.005 }).criticalShock).toBe(0.02);
    expect(run({ ...EXAMPLE, kappa: 0.02 }).runaways.length).toBe(1);
  });

  test('to no triggers is that a shock stays a shock', () => {
    expect(run({ ...EXAMPLE, triggers: [], shocks: [0.1] })).toEqual({
      results: [{ shock: 0.1, endDistance: 0.1, forcedUsd: 0, amplification: 1 }],
      effectiveDistances: [],
      criticalShock: null,
      runaways: [],
    });
  });

  test('to no shocks is the rest of the answer', () => {
    expect(run({ ...EXAMPLE, shocks: [] }).results).toEqual([]);
  });

  test.each([
    { depthUsdPerUnit: 1e10, latentUsdPerUnit2: 0 },
    { depthUsdPerUnit: 0, latentUsdPerUnit2: 1e11 },
  ])('needs only one kind of liquidity: %j', (impact) => {
    expect(run({ ...EXAMPLE, impact }).results[1].forcedUsd).toBeGreaterThan(0);
  });
});

describe('bad input is exit 65 with the field named', () => {
  const trigger = (value: unknown) => ({ ...EXAMPLE, triggers: [EXAMPLE.triggers[0], value] });
  test.each([
    ['triggers[1].usd', trigger({ distance: 0.1, usd: -1 })],
    ['triggers[1].usd', trigger({ distance: 0.1 })],
    ['triggers[1].usd', trigger({ distance: 0.1, usd: '100' })],
    ['triggers[1].distance', trigger({ distance: null, usd: 1 })],
    ['triggers[1].distance', trigger({ distance: -0.1, usd: 1 })],
    ['triggers[1]', trigger([0.1, 1])],
    ['triggers[1]', trigger(null)],
    ['triggers', { ...EXAMPLE, triggers: { distance: 0.1, usd: 1 } }],
    ['triggers', { ...EXAMPLE, triggers: undefined }],
    ['triggers', { ...EXAMPLE, triggers: Array(3).fill({ distance: 0.1, usd: 1e308 }) }],
    ['impact', { ...EXAMPLE, impact: undefined }],
    ['impact', { ...EXAMPLE, impact: 5 }],
    ['impact', { ...EXAMPLE, impact: { depthUsdPerUnit: 0, latentUsdPerUnit2: 0 } }],
    ['impact', { ...EXAMPLE, impact: { depthUsdPerUnit: 1e-320, latentUsdPerUnit2: 0 } }],
    ['impact.latentUsdPerUnit2', { ...EXAMPLE, impact: { depthUsdPerUnit: 1e10 } }],
    [
      'impact.depthUsdPerUnit',
      { ...EXAMPLE, impact: { depthUsdPerUnit: -1, latentUsdPerUnit2: 1 } },
    ],
    ['shocks', { ...EXAMPLE, shocks: 0.02 }],
    ['shocks', { ...EXAMPLE, shocks: undefined }],
    ['shocks[1]', { ...EXAMPLE, shocks: [0.02, -0.02] }],
    ['shocks[1]', { ...EXAMPLE, shocks: [0.02, true] }],
    ['shocks[0]', { ...EXAMPLE, triggers: [{ distance: 0, usd: 1e8 }], shocks: [5e-324] }],
    ['kappa', { ...EXAMPLE, kappa: 0 }],
    ['kappa', { ...EXAMPLE, kappa: -0.01 }],
    ['kappa', { ...EXAMPLE, kappa: null }],
    ['input', []],
    ['input', null],
  ])('%s', (field, input) => {
    const error = refusal(JSON.stringify(input));
    expect(error.exitCode).toBe(65);
    expect(error.context['field']).toBe(field);
    expect(error.message).toContain(`${field}: `);
  });

  test('a figure too large for a number is not finite', () => {
    const text = JSON.stringify(EXAMPLE).replace('400000000', '1e999');
    expect(refusal(text).message).toContain('triggers[0].usd: must be finite');
  });

  test.each(['', '{', '{"triggers":[NaN]}', '{} {}'])('text that is not JSON: %j', (text) => {
    const error = refusal(text);
    expect(error.exitCode).toBe(65);
    expect(error.message).toContain('not valid JSON');
  });
});
