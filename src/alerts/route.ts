import type { AssetId, SourceId } from '../signals/model/ids.ts';
import { levelRank } from '../signals/model/ids.ts';
import type { Reading } from '../signals/model/reading.ts';
import { audienceOf, type ChatSubscriptions, chatsOf } from './audience.ts';
import { describeDataNotice } from './describe-data.ts';
import { describeNotice } from './describe-notice.ts';
import type { MessageDoc } from './message-doc.ts';
import type { ChatRef, DataNotice, Notice, OutgoingMessage, Subscription } from './model.ts';
import { type AlertPolicy, alertLevel } from './policy.ts';

interface RouteInput {
  notices: readonly Notice[];
  dataNotices: readonly DataNotice[];
  subscriptions: readonly Subscription[];
  /** `until` in epoch ms. */
  mutes: readonly { chat: ChatRef; until: number }[];
  readings: ReadonlyMap<AssetId, Reading>;
  /** Epoch ms. */
  now: number;
  policy: AlertPolicy;
  /** A fresh message id of at most 25 characters with each call. */
  nextId: () => string;
  /** Names of sources for people. */
  sourceTitles: ReadonlyMap<SourceId, string>;
}

/** What all copies of one message have in common. */
type Draft = Omit<OutgoingMessage, 'id' | 'chat'>;

/**
 * Expands the notices of one tick over the subscriptions: one message per notice and chat, most
 * severe first. Who is told is `audienceOf`'s decision (one message even where several
 * subscriptions of a chat match). A notice about data goes once to each chat with a subscription on
 * an asset the source serves.
 *
 * Mute means mute: a muted chat gets nothing, critical alerts included. An incident that goes on is
 * told there by its next repeat or escalation after the mute.
 */
export function route(input: RouteInput): OutgoingMessage[] {
  const chats = chatsOf(input.subscriptions, input.mutes, input.now);
  const messages: OutgoingMessage[] = [];
  const send = (draft: Draft, audience: readonly ChatSubscriptions[]): void => {
    for (const { chat } of audience) messages.push({ id: input.nextId(), chat, ...draft });
  };
  for (const notice of distinct(input.notices, (n) => `${n.incidentId}#${n.sequence}`)) {
    const audience = audienceOf(notice, input.notices, chats);
    if (audience.length > 0) send(incidentDraft(notice, input), audience);
  }
  for (const notice of distinct(input.dataNotices, (n) => `${n.outageId}#${n.kind}`)) {
    const audience = chats.filter((chat) => isConcerned(notice, chat));
    if (audience.length > 0) send(dataDraft(notice, input), audience);
  }
  return messages.sort((a, b) => b.severity - a.severity);
}

function incidentDraft(notice: Notice, input: RouteInput): Draft {
  const { now, policy, readings, sourceTitles } = input;
  const reading = readings.get(notice.asset);
  return draft(notice.kind, describeNotice(notice, reading, now, policy, sourceTitles), {
    groupId: notice.incidentId,
    sequence: notice.sequence,
    severity: severityOf(notice),
    createdAt: now,
    expiresAt: now + policy.expiryMs[notice.kind],
  });
}

/** Order of the notices of one outage: lost, retired, back. */
const OUTAGE_SEQUENCE: Readonly<Record<DataNotice['kind'], number>> = {
  'source-lost': 1,
  'source-retired': 2,
  'source-back': 3,
};

function dataDraft(notice: DataNotice, input: RouteInput): Draft {
  const { now, policy, sourceTitles } = input;
  return draft(notice.kind, describeDataNotice(notice, now, policy, sourceTitles), {
    groupId: notice.outageId,
    sequence: OUTAGE_SEQUENCE[notice.kind],
    severity: 0,
    createdAt: now,
    expiresAt: now + policy.expiryMs.data,
  });
}

function draft(
  kind: OutgoingMessage['kind'],
  doc: MessageDoc,
  rest: Omit<Draft, 'kind' | 'doc'>,
): Draft {
  return { ...rest, kind, doc };
}

/**
 * Good news and notices about data come last. A warning has its level's severity; a shock-below
 * warning at least that of `elevated`, as somebody asked for it by number.
 */
function severityOf({ kind, level }: Notice): number {
  const calm = kind === 'all-clear' || kind === 'sighted';
  return calm ? 0 : levelRank(alertLevel(level));
}

function isConcerned({ assets }: DataNotice, chat: ChatSubscriptions): boolean {
  if (assets === '*') return true;
  return chat.subscriptions.some(({ asset }) => asset === '*' || assets.includes(asset));
}

function distinct<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}
