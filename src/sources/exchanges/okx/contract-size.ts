import { z } from 'zod';
import { positiveNumber } from '../../kit/decode.ts';

/** What one contract is worth, for a number of contracts at a price of one coin in USD. */
export interface ContractSize {
  toUsd(contracts: number, price: number): number;
  toCoins(contracts: number, price: number): number;
}

const schema = z.object({
  ctType: z.enum(['linear', 'inverse']),
  ctVal: positiveNumber,
  ctMult: positiveNumber,
  ctValCcy: z.string(),
});

/**
 * The size of a contract of `base`: `ctVal` x `ctMult`, coins on linear contracts (0.01 BTC), USD on
 * inverse ones (100 USD). Undefined where the row does not say it in just these units.
 */
export function contractSizeOf(raw: unknown, base: string): ContractSize | undefined {
  const size = schema.safeParse(raw);
  if (!size.success) return undefined;
  const { ctMult, ctType, ctVal, ctValCcy } = size.data;
  const unit = ctVal * ctMult;
  if (ctType === 'linear' && ctValCcy === base) {
    return {
      toUsd: (contracts, price) => contracts * unit * price,
      toCoins: (contracts) => contracts * unit,
    };
  }
  if (ctType === 'inverse' && ctValCcy === 'USD') {
    return {
      toUsd: (contracts) => contracts * unit,
      toCoins: (contracts, price) => (contracts * unit) / price,
    };
  }
  return undefined;
}
