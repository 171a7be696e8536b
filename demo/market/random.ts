/** A seeded stream of random numbers: the same name and seed give the same stream on every machine. */
export interface RandomStream {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Standard normal. */
  gaussian(): number;
  /** Exponential with this mean. */
  exponential(mean: number): number;
  /** Log-normal with this mean (not median) and this deviation of the logarithm. */
  logNormal(mean: number, sigma: number): number;
  /** Index drawn in proportion to the weights. */
  pick(weights: readonly number[]): number;
}

/** FNV-1a over the text: enough to keep differently named streams apart. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** Uniform in [0, 1) from two integers, without state: for noise that belongs to a place and a time. */
export function hashedUniform(first: number, second: number): number {
  let value = Math.imul(first ^ (first >>> 16), 0x45d9f3b) ^ Math.imul(second | 0, 0x9e3779b1);
  value = Math.imul(value ^ (value >>> 15), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return ((value ^ (value >>> 16)) >>> 0) / 2 ** 32;
}

/**
 * One stream per purpose (`price:ETH`, `agents:bybit:ETHUSDT`), so that a change of one part of the
 * world never shifts the luck of another. Generator: sfc32 (Chris Doty-Humphrey, PractRand).
 */
export function createRandom(seed: number, name: string): RandomStream {
  let a = hashText(name);
  let b = seed >>> 0;
  let c = Math.floor(seed / 2 ** 32) >>> 0;
  let counter = 1;

  function uniform(): number {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  }
  for (let round = 0; round < 16; round += 1) uniform();

  function gaussian(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    return radius * Math.cos(2 * Math.PI * uniform());
  }

  function pick(weights: readonly number[]): number {
    let left = uniform() * weights.reduce((sum, weight) => sum + weight, 0);
    for (const [index, weight] of weights.entries()) {
      left -= weight;
      if (left < 0) return index;
    }
    return weights.length - 1;
  }

  return {
    uniform,
    gaussian,
    exponential: (mean) => -mean * Math.log(1 - uniform()),
    logNormal: (mean, sigma) => mean * Math.exp(sigma * gaussian() - (sigma * sigma) / 2),
    pick,
  };
}
