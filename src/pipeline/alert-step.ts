import { decide, initialState } from '../alerts/decide.ts';
import type {
  AlertRule,
  AlertState,
  DataNotice,
  Notice,
  OutageState,
  OutgoingMessage,
  RuleKey,
  Subscription,
} from '../alerts/model.ts';
import { decideOutages } from '../alerts/outages.ts';
import type { AlertPolicy } from '../alerts/policy.ts';
import { route } from '../alerts/route.ts';
import { parseRuleKey, ruleKeyOf } from '../alerts/rule-key.ts';
import { AppError } from '../errors.ts';
import type { Metrics } from '../operations/metrics.ts';
import type { Logger } from '../ports.ts';
import type { AssetId, Side } from '../signals/model/ids.ts';
import type { MissingInput, Reading } from '../signals/model/reading.ts';
import type { MarketView, SourceView } from '../signals/observe/asset-view.ts';
import type { AlertStore, SubscriptionStore } from '../store/store.ts';

export interface AlertStep {
  /** Loads states and outages, at start and after a lost race. */
  restore(): Promise<void>;
  /** Decides on new readings and saves states and messages together. Gives how many messages. */
  run(view: MarketView, readings: ReadonlyMap<AssetId, Reading>, now: number): Promise<number>;
  /** Sources away for so long that they left the expected set. */
  retired(): ReadonlySet<string>;
  outages(): readonly OutageState[];
  openIncidents(): number;
}

interface AlertStepOptions {
  alerts: AlertStore;
  subscriptions: Pick<SubscriptionStore, 'all' | 'mutes'>;
  policy: AlertPolicy;
  metrics: Metrics;
  log: Logger;
  /** Unique, at most 25 characters, growing with time. */
  nextId(): string;
  sourceTitles: ReadonlyMap<string, string>;
  /** Platforms whose messages can be changed after they were sent; none by default. */
  editingPlatforms?: ReadonlySet<string>;
  /** Told which messages were stored for delivery, after the commit; not when there were none. */
  onCommitted?(messages: readonly OutgoingMessage[]): void;
}

/** The stateful shell around the pure decisions: which rules to decide on, and the one commit. */
export function createAlertStep(options: AlertStepOptions): AlertStep {
  const { policy, metrics, log, editingPlatforms = new Set<string>() } = options;
  const updates = editingPlatforms.size > 0;
  let states = new Map<string, AlertState>();
  let outages = new Map<string, OutageState>();

  function decideStates(
    subscriptions: readonly Subscription[],
    readings: ReadonlyMap<AssetId, Reading>,
    now: number,
  ): { changed: AlertState[]; notices: Notice[] } {
    const changed: AlertState[] = [];
    const notices: Notice[] = [];
    for (const { ruleKey, rule, asset, side } of machines(subscriptions, readings, states)) {
      const key = stateKey(ruleKey, asset, side);
      const state = states.get(key) ?? initialState(ruleKey, asset, side);
      const decision = decide({ state, rule, reading: readings.get(asset), now, policy, updates });
      metrics.decision(decision.reason);
      if (decision.next !== state) changed.push(decision.next);
      if (decision.notice === undefined) continue;
      notices.push(decision.notice);
      const { kind, level } = decision.notice;
      const fields = { asset, side, rule: ruleKey, reason: decision.reason, level };
      if (kind === 'update') log.debug(fields, 'an alert was decided');
      else log.info(fields, 'an alert was decided');
    }
    return { changed, notices };
  }

  function decideSources(view: MarketView, now: number) {
    const sources = view.sources.map((source) => ({
      id: source.source,
      title: options.sourceTitles.get(source.source) ?? source.source,
      expected: source.state !== 'retired',
      fresh: source.fresh,
      ...(source.lastSeenAt === undefined ? {} : { lastSeenAt: source.lastSeenAt }),
      ...(source.fresh ? {} : { missing: missingOf(source) }),
    }));
    return decideOutages({ outages: [...outages.values()], sources, now, policy });
  }

  async function load(): Promise<void> {
    states = new Map(
      (await options.alerts.all()).map((state) => [
        stateKey(state.ruleKey, state.asset, state.side),
        state,
      ]),
    );
    outages = new Map((await options.alerts.outages()).map((outage) => [outage.source, outage]));
  }

  return {
    restore: load,
    retired: () =>
      new Set(
        [...outages.values()].flatMap((outage) =>
          outage.retiredAt === undefined ? [] : [outage.source],
        ),
      ),
    outages: () => [...outages.values()],
    openIncidents: () => [...states.values()].filter((state) => state.incident).length,
    async run(view, readings, now) {
      const subscriptions = await options.subscriptions.all();
      const mutes = await options.subscriptions.mutes(now);
      const { changed, notices } = decideStates(subscriptions, readings, now);
      const sources = decideSources(view, now);
      const messages = route({
        notices,
        dataNotices: withAssets(sources.notices, view),
        subscriptions,
        mutes,
        readings,
        now,
        policy,
        nextId: options.nextId,
        sourceTitles: options.sourceTitles,
        editingPlatforms,
      });
      const outageChange = { upsert: sources.upsert, remove: sources.remove };
      const nothing = outageChange.upsert.length + outageChange.remove.length === 0;
      if (changed.length === 0 && messages.length === 0 && nothing) return 0;
      try {
        await options.alerts.commit({ states: changed, messages, outages: outageChange });
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'store/conflict') throw error;
        // Somebody else decided meanwhile: their decision stands, ours is made anew next time.
        log.warn({}, 'alert states were changed by somebody else; deciding again next time');
        await load();
        return 0;
      }
      for (const state of changed) {
        const saved = { ...state, version: state.version + 1 };
        states.set(stateKey(state.ruleKey, state.asset, state.side), saved);
      }
      for (const outage of outageChange.upsert) outages.set(outage.source, outage);
      for (const source of outageChange.remove) outages.delete(source);
      if (messages.length > 0) options.onCommitted?.(messages);
      return messages.length;
    },
  };
}

interface Machine {
  ruleKey: RuleKey;
  rule: AlertRule;
  asset: AssetId;
  side: Side;
}

/**
 * Every machine somebody waits for, and every one with an open incident (its subscribers may have
 * left: it still has to end, so that a later subscriber does not meet a stale one).
 */
function machines(
  subscriptions: readonly Subscription[],
  readings: ReadonlyMap<AssetId, Reading>,
  states: ReadonlyMap<string, AlertState>,
): Machine[] {
  const rules = new Map<RuleKey, AlertRule>();
  const wanted = new Map<string, Machine>();
  for (const subscription of subscriptions) {
    const ruleKey = ruleKeyOf(subscription.rule);
    rules.set(ruleKey, subscription.rule);
    const assets = subscription.asset === '*' ? readings.keys() : [subscription.asset];
    for (const asset of assets) {
      for (const side of subscription.sides) {
        wanted.set(stateKey(ruleKey, asset, side), {
          ruleKey,
          rule: subscription.rule,
          asset,
          side,
        });
      }
    }
  }
  for (const [key, state] of states) {
    if (state.incident === undefined || wanted.has(key)) continue;
    const rule = rules.get(state.ruleKey) ?? parseRuleKey(state.ruleKey);
    wanted.set(key, { ruleKey: state.ruleKey, rule, asset: state.asset, side: state.side });
  }
  return [...wanted.values()];
}

function stateKey(ruleKey: RuleKey, asset: AssetId, side: Side): string {
  return `${ruleKey} ${asset} ${side}`;
}

function missingOf(source: SourceView): MissingInput {
  return {
    source: source.source,
    wanted: source.kind === 'exchange' ? 'market' : 'position',
    reason: source.reason ?? (source.lastSeenAt === undefined ? 'never-seen' : 'stale'),
    ...(source.lastSeenAt === undefined ? {} : { lastSeenAt: source.lastSeenAt }),
  };
}

/** A lost source touches the assets it lists; one that was never seen touches all. */
function withAssets(notices: readonly DataNotice[], view: MarketView): DataNotice[] {
  return notices.map((notice) => {
    const assets = [...view.assets.values()]
      .filter(
        (asset) =>
          asset.venues.some((venue) => venue.source === notice.source) ||
          asset.lending.some((figure) => figure.source === notice.source),
      )
      .map((asset) => asset.asset);
    return { ...notice, assets: assets.length === 0 ? '*' : assets };
  });
}
