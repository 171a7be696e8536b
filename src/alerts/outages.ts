import type { AssetId, SourceId } from '../signals/model/ids.ts';
import type { MissingInput } from '../signals/model/reading.ts';
import type { DataNotice, OutageState } from './model.ts';
import { type AlertPolicy, retireAfterMs } from './policy.ts';

/** What is known about a source at this tick. */
export interface SourceHealth {
  id: SourceId;
  /** For people. */
  title: string;
  /** Enabled and, unless retired, part of what readings stand on. */
  expected: boolean;
  fresh: boolean;
  /** Epoch ms of its newest good figure. */
  lastSeenAt?: number;
  /** Why it is not fresh. */
  missing?: MissingInput;
  /** Assets whose readings stand on it; all when absent. */
  assets?: readonly AssetId[];
}

export interface OutageDecision {
  /** Changed or new states only. */
  upsert: OutageState[];
  /** Ids of sources that are away no more. */
  remove: SourceId[];
  notices: DataNotice[];
  /** Every source retired as of now: to be left out of the expected set. */
  retired: SourceId[];
}

interface OutageInput {
  outages: readonly OutageState[];
  sources: readonly SourceHealth[];
  /** Epoch ms. */
  now: number;
  policy: AlertPolicy;
}

/** What becomes of one source's outage; `outage` absent: over, or never begun. */
interface Step {
  outage?: OutageState;
  tell?: DataNotice['kind'];
}

/**
 * One loss notice per outage after a hold, one retirement notice after `retireAfterHours`, one
 * recovery notice if the loss was told. A source must be fresh for `sourceBackAfterMs` in one
 * stretch to be back, so that one that comes and goes is one outage and not a stream of notices.
 * Ages count from when this program first saw the loss: a restart after a long stop tells nothing
 * before the hold is over. A retired source keeps its outage until it is back. A source that is
 * switched off (not expected, not retired) or no longer listed ends its outage without a word.
 */
export function decideOutages({ outages, sources, now, policy }: OutageInput): OutageDecision {
  const decision: OutageDecision = { upsert: [], remove: [], notices: [], retired: [] };
  const before = new Map(outages.map((outage) => [outage.source, outage]));
  const listed = new Set(sources.map((source) => source.id));
  for (const { source } of outages) if (!listed.has(source)) decision.remove.push(source);

  for (const source of sources) {
    const known = before.get(source.id);
    const { outage, tell } = step(known, source, now, policy);
    if (outage === undefined && known !== undefined) decision.remove.push(source.id);
    if (outage !== undefined && outage !== known) decision.upsert.push(outage);
    if (outage?.retiredAt !== undefined) decision.retired.push(source.id);
    const about = outage ?? known;
    if (tell !== undefined && about !== undefined) {
      decision.notices.push(noticeOf(tell, about, source, now));
    }
  }
  return decision;
}

function step(
  known: OutageState | undefined,
  source: SourceHealth,
  now: number,
  policy: AlertPolicy,
): Step {
  if (!source.expected && known?.retiredAt === undefined) return {};
  if (source.fresh) return known === undefined ? {} : stepFresh(known, now, policy);
  if (known === undefined) return { outage: begin(source.id, now) };
  const { freshSince: _interrupted, ...rest } = known;
  const away: OutageState = known.freshSince === undefined ? known : rest;
  const awayMs = now - away.since;
  if (away.retiredAt === undefined && awayMs >= retireAfterMs(policy)) {
    const outage = { ...away, retiredAt: now, toldAt: away.toldAt ?? now };
    return { outage, tell: 'source-retired' };
  }
  if (away.toldAt === undefined && awayMs >= policy.sourceLostAfterMs) {
    return { outage: { ...away, toldAt: now }, tell: 'source-lost' };
  }
  return { outage: away };
}

function stepFresh(known: OutageState, now: number, policy: AlertPolicy): Step {
  const freshSince = known.freshSince ?? now;
  if (now - freshSince >= policy.sourceBackAfterMs) {
    return known.toldAt === undefined ? {} : { tell: 'source-back' };
  }
  return { outage: known.freshSince === undefined ? { ...known, freshSince } : known };
}

function begin(source: SourceId, now: number): OutageState {
  return { source, outageId: `${source}-${Math.trunc(now).toString(36)}`, since: now };
}

function noticeOf(
  kind: DataNotice['kind'],
  outage: OutageState,
  source: SourceHealth,
  now: number,
): DataNotice {
  return {
    kind,
    source: source.id,
    outageId: outage.outageId,
    assets: source.assets ?? '*',
    since: outage.since,
    at: now,
    ...(source.missing === undefined || kind === 'source-back' ? {} : { missing: source.missing }),
  };
}
