import type { Config } from './schema.ts';

/** Sums of shares written with a few decimals. */
const ROUNDING = 1e-6;

/** Settings that are each valid but contradict each other, one line each. */
export function contradictions(config: Config): string[] {
  return [...levelProblems(config), ...tierProblems(config)];
}

/** Score and alerts must call the same score by the same level. */
function levelProblems({ score, alerts }: Config): string[] {
  const { elevated, high, critical } = score.levels;
  const problems: string[] = [];
  if (!(elevated < high && high < critical && critical <= 100)) {
    problems.push('score.levels: elevated, high and critical must ascend, up to 100');
  }
  for (const [level, points] of Object.entries(score.levels)) {
    const floor = alerts.levelFloorPoints[level as keyof typeof score.levels];
    if (floor !== points) {
      problems.push(
        `alerts.levelFloorPoints.${level}: must equal score.levels.${level} (${floor} is not ${points})`,
      );
    }
  }
  return problems;
}

function tierProblems({ profile }: Config): string[] {
  const problems: string[] = [];
  profile.tiers.forEach(({ leverage, maintenanceFraction }, index) => {
    if (leverage >= 1 && maintenanceFraction < 1 / leverage) return;
    problems.push(
      `profile.tiers.${index}: leverage must be at least 1 and maintenanceFraction below 1 / leverage`,
    );
  });
  for (const share of ['longShareFraction', 'shortShareFraction'] as const) {
    const sum = profile.tiers.reduce((total, tier) => total + tier[share], 0);
    if (Math.abs(sum - 1) <= ROUNDING) continue;
    problems.push(`profile.tiers: ${share} of all tiers must add up to 1, not ${sum.toFixed(4)}`);
  }
  return problems;
}
