const SQRT_2_PI = Math.sqrt(2 * Math.PI);
/** Beyond this the tail is a continued fraction. */
const TAIL_FROM = 7.071_067_811_865_47;
/** From here on the tail counts as nothing. */
const NOTHING_FROM = 37;

/** Density of the standard normal distribution. */
export function normalDensity(x: number): number {
  return Math.exp(-0.5 * x * x) / SQRT_2_PI;
}

/**
 * Distribution function of the standard normal distribution, to 15 decimal places (8 digits of a
 * far tail): Hart (1968), algorithm 5666, as given by West, "Better approximations to cumulative
 * normal functions" (2005).
 */
export function normalDistribution(x: number): number {
  const tail = upperTail(Math.abs(x));
  return x > 0 ? 1 - tail : tail;
}

const NUMERATOR = [
  3.526_249_659_989_11e-2, 0.700_383_064_443_688, 6.373_962_203_531_65, 33.912_866_078_383,
  112.079_291_497_871, 221.213_596_169_931, 220.206_867_912_376,
];
const DENOMINATOR = [
  8.838_834_764_831_84e-2, 1.755_667_163_182_64, 16.064_177_579_207, 86.780_732_202_946_1,
  296.564_248_779_674, 637.333_633_378_831, 793.826_512_519_948, 440.413_735_824_752,
];

/** Probability above `x` >= 0. */
function upperTail(x: number): number {
  if (x > NOTHING_FROM) return 0;
  const exponential = Math.exp(-0.5 * x * x);
  if (x < TAIL_FROM) return (exponential * horner(NUMERATOR, x)) / horner(DENOMINATOR, x);
  const fraction = x + 1 / (x + 2 / (x + 3 / (x + 4 / (x + 0.65))));
  return exponential / (fraction * SQRT_2_PI);
}

/** Highest power first. */
function horner(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((value, coefficient) => value * x + coefficient, 0);
}
