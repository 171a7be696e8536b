import { z } from 'zod';
import type { FundingObservation } from '../../../signals/model/observations.ts';
import { annualFraction } from '../../kit/annualize.ts';
import { epochMs, intervalHours, intervalRateFraction } from '../../kit/decode.ts';
import { HOUR_MS } from '../../kit/history.ts';

export type Funding = Omit<FundingObservation, 'kind' | 'source' | 'asset' | 'instrument'>;

/**
 * A row of `funding-rate`. `fundingTime` is the settlement ahead and `fundingRate` the running rate
 * it will settle. Its interval is the distance from the settlement before, in whole hours; the venue
 * shortens intervals by itself while a rate sits at its cap, so that `nextFundingTime`, one interval
 * later still, says nothing sure of it. A new market has no settlement before: its row is refused.
 */
export function fundingSchema(now: number) {
  const at = epochMs(now);
  return z
    .object({ fundingRate: intervalRateFraction, fundingTime: at, prevFundingTime: at, ts: at })
    .transform((row, context): Funding => {
      const { fundingRate, fundingTime, prevFundingTime, ts } = row;
      const spanMs = fundingTime - prevFundingTime;
      const hours = intervalHours.safeParse(spanMs / HOUR_MS);
      if (!hours.success || !Number.isInteger(hours.data)) {
        context.addIssue({ code: 'custom', message: 'its interval is no number of hours' });
        return z.NEVER;
      }
      return {
        rateFraction: fundingRate,
        intervalHours: hours.data,
        phase: 'predicted',
        nextFundingAt: fundingTime,
        annualFraction: annualFraction(fundingRate, hours.data),
        observedAt: ts,
      };
    });
}
