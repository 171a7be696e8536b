import { expect, it } from 'vitest';
import { loadYaml, refusal } from './config-files.ts';

it('score and alerts must call the same score by the same level', async () => {
  const { text } = await refusal(() => loadYaml('score: { levels: { high: 70 } }\n'));
  expect(text).toContain(
    'alerts.levelFloorPoints.high: must equal score.levels.high (65 is not 70)',
  );
  const { config } = await loadYaml(
    'score: { levels: { high: 70 } }\nalerts: { levelFloorPoints: { high: 70 } }\n',
  );
  expect(config.score.levels.high).toBe(70);
});

it('levels must ascend', async () => {
  const { text } = await refusal(() =>
    loadYaml('score: { levels: { high: 85 } }\nalerts: { levelFloorPoints: { high: 85 } }\n'),
  );
  expect(text).toContain('score.levels: elevated, high and critical must ascend');
});

const tier = (leverage: number, share: number, maintenance: number) =>
  `{ leverage: ${leverage}, longShareFraction: ${share}, shortShareFraction: ${share}, maintenanceFraction: ${maintenance} }`;

it('a list of leverages replaces the default one whole', async () => {
  const { config } = await loadYaml(
    `profile: { tiers: [${tier(5, 0.4, 0.01)}, ${tier(10, 0.6, 0.01)}] }\n`,
  );
  expect(config.profile.tiers.map(({ leverage }) => leverage)).toEqual([5, 10]);
});

it('shares of all leverages must add up to 1', async () => {
  const { text } = await refusal(() => loadYaml(`profile: { tiers: [${tier(5, 0.4, 0.01)}] }\n`));
  expect(text).toContain('longShareFraction of all tiers must add up to 1, not 0.4000');
  expect(text).toContain('shortShareFraction of all tiers must add up to 1');
});

it('a leverage whose maintenance leaves no margin is refused by its place', async () => {
  const { text } = await refusal(() =>
    loadYaml(`profile: { tiers: [${tier(5, 0.5, 0.01)}, ${tier(100, 0.5, 0.01)}] }\n`),
  );
  expect(text).toContain('profile.tiers.1: leverage must be at least 1');
});
