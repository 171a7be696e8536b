import type {
  DataNotice,
  Incident,
  Notice,
  OutgoingMessage,
  Subscription,
} from '../../../src/alerts/model.ts';
import { type AlertPolicy, DEFAULT_ALERT_POLICY } from '../../../src/alerts/policy.ts';
import { route } from '../../../src/alerts/route.ts';
import type { Random } from '../../../src/ports.ts';
import { assetId } from '../../../src/signals/assets.ts';
import type { AssetId, Level } from '../../../src/signals/model/ids.ts';
import { makeReading } from '../../fakes/make-reading.ts';

const MINUTE_MS = 60_000;

/** Lives short enough that troubles of minutes outlast them. */
export const POLICY: AlertPolicy = {
  ...DEFAULT_ALERT_POLICY,
  expiryMs: {
    raise: 3 * MINUTE_MS,
    escalate: 3 * MINUTE_MS,
    repeat: 3 * MINUTE_MS,
    update: MINUTE_MS,
    'de-escalate': 4 * MINUTE_MS,
    'all-clear': 6 * MINUTE_MS,
    blind: 4 * MINUTE_MS,
    sighted: 4 * MINUTE_MS,
    data: 4 * MINUTE_MS,
  },
};
export const LONGEST_LIFE_MS = 6 * MINUTE_MS;

const ASSETS = ['BTC', 'ETH', 'SOL'].map((name) => assetId(name));
const RISING: readonly Level[] = ['elevated', 'high', 'critical'];
const SCORES: Readonly<Record<Level, number>> = { low: 40, elevated: 55, high: 70, critical: 88 };

/** What is told of the market, and when. */
export interface Telling {
  /** Epoch ms. */
  at: number;
  notices: Notice[];
  dataNotices: DataNotice[];
}

/** Incidents of each asset one after the other, each from its raise to its end, for `lengthMs`. */
export function drawStory(random: Random, startAt: number, lengthMs: number): Telling[] {
  const tellings = ASSETS.flatMap((asset) => incidentsOf(asset, random, startAt, lengthMs));
  for (let outage = 1; outage <= 2; outage += 1) {
    const at = Math.round(startAt + random() * lengthMs);
    const lost: DataNotice = {
      kind: 'source-lost',
      source: 'bybit',
      missing: { source: 'bybit', wanted: 'market', reason: 'timeout' },
      assets: ASSETS.slice(0, 2),
      at,
      outageId: `bybit-${outage}`,
      since: at - MINUTE_MS,
    };
    const backAt = at + Math.round(random() * 4 * MINUTE_MS);
    tellings.push({ at, notices: [], dataNotices: [lost] });
    const { missing: _, ...outageEnd } = lost;
    const back: DataNotice = { ...outageEnd, kind: 'source-back', at: backAt };
    tellings.push({ at: backAt, notices: [], dataNotices: [back] });
  }
  return tellings.sort((a, b) => a.at - b.at);
}

function incidentsOf(asset: AssetId, random: Random, startAt: number, lengthMs: number): Telling[] {
  const tellings: Telling[] = [];
  let incident: Incident | undefined;
  let count = 0;
  const endAt = startAt + lengthMs;
  for (let at = startAt + pause(random); at < endAt; at += pause(random)) {
    const kind = incident === undefined ? 'raise' : nextKind(incident, random);
    const previousLevel = incident?.level;
    if (incident === undefined) {
      count += 1;
      incident = opened(`${asset}-down-${count}-elev`, random() < 0.5 ? 'elevated' : 'high', at);
    }
    const level = levelAfter(kind, incident.level);
    incident = { ...incident, level, sequence: incident.sequence + 1, lastNoticeAt: at };
    const notice: Notice = {
      kind,
      incidentId: incident.id,
      sequence: incident.sequence,
      ruleKey: 'level:elevated',
      asset,
      side: 'down',
      level,
      at,
      incident,
      ...(previousLevel === undefined ? {} : { previousLevel }),
    };
    tellings.push({ at, notices: [notice], dataNotices: [] });
    if (kind === 'all-clear') incident = undefined;
  }
  return tellings;
}

/** Mostly a minute or so; now and then two notices follow at once. */
function pause(random: Random): number {
  return Math.round(random() < 0.25 ? 2_000 + random() * 5_000 : 20_000 + random() * 70_000);
}

function nextKind({ level, sequence }: Incident, random: Random): Notice['kind'] {
  const roll = random();
  if (roll < 0.4) return 'update';
  if (roll < 0.6) return level === 'critical' ? 'repeat' : 'escalate';
  if (roll < 0.7) return 'repeat';
  if (roll < 0.78) return level === 'elevated' ? 'update' : 'de-escalate';
  if (roll < 0.82) return 'blind';
  if (roll < 0.86) return 'sighted';
  return sequence < 3 ? 'update' : 'all-clear';
}

function levelAfter(kind: Notice['kind'], level: Level): Level {
  const index = RISING.indexOf(level);
  if (kind === 'escalate') return RISING[index + 1] ?? level;
  return kind === 'de-escalate' ? (RISING[index - 1] ?? level) : level;
}

function opened(id: string, level: Level, at: number): Incident {
  return {
    id,
    openedAt: at,
    level,
    levelSince: at,
    peakLevel: level,
    lastNoticeAt: at,
    sequence: 0,
    clearCount: 0,
  };
}

/** The messages of a telling, as the program makes them. */
export function messagesOf(
  { notices, dataNotices, at }: Telling,
  subscriptions: readonly Subscription[],
  mutes: readonly { chat: Subscription['chat']; until: number }[],
  nextId: () => string,
): OutgoingMessage[] {
  const readings = new Map(
    ASSETS.map((asset) => {
      const level = notices.find((notice) => notice.asset === asset)?.level ?? 'low';
      return [asset, makeReading({ name: asset, at, scoreDown: SCORES[level] })];
    }),
  );
  return route({
    notices,
    dataNotices,
    subscriptions,
    mutes,
    readings,
    now: at,
    policy: POLICY,
    nextId,
    sourceTitles: new Map([['bybit', 'Bybit']]),
    editingPlatforms: new Set(['discord', 'telegram']),
  });
}

/** Everybody waits for two of the three assets, so that each has chats that are told of it. */
export function subscriptionsOf(
  chat: Subscription['chat'],
  index: number,
  createdAt: number,
): Omit<Subscription, 'id'>[] {
  const assets = ASSETS.filter((_, place) => place !== index % ASSETS.length);
  return assets.map((asset) => ({
    chat,
    asset,
    rule: { kind: 'level', level: 'elevated' },
    sides: ['down'],
    createdAt,
  }));
}
