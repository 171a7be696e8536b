import type { AssetId, SourceId } from '../signals/model/ids.ts';
import { levelRank } from '../signals/model/ids.ts';
import type { Reading } from '../signals/model/reading.ts';
import { type Appearance, appearancesOf } from './appearance.ts';
import { audienceOf, type ChatSubscriptions, chatsOf } from './audience.ts';
import { boundDoc } from './bound-doc.ts';
import { chooseUpdates, type UpdateCandidate } from './choose-updates.ts';
import { describeDataNotice } from './describe-data.ts';
import { describeNotice } from './describe-notice.ts';
import { describeRetire } from './describe-retire.ts';
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
  /** Platforms whose messages can be changed after they were sent; none by default. */
  editingPlatforms?: ReadonlySet<string>;
}

interface PossibleUpdate extends UpdateCandidate {
  draftOf: (appearance: Appearance) => Draft;
  appearance: Appearance;
}

/** What all copies of one message have in common. */
type Draft = Omit<OutgoingMessage, 'id' | 'chat'>;

/**
 * Expands the notices of one tick over the subscriptions, most severe first: one message per notice
 * and chat, and where a new post of an incident replaces a living message one more that marks it as
 * over. Who is told is `audienceOf`'s decision (once, even where several subscriptions of a chat
 * match), and how it appears `appearancesOf`'s. A notice about data is posted once to each chat with
 * a subscription on an asset the source serves.
 *
 * Of moved figures no more is made than `policy.updatesPerTick` (see `chooseUpdates`): when all
 * markets move at once, edits must not keep the database and the platforms busy.
 *
 * Mute means mute: in a muted chat nothing new appears, critical alerts included; where messages can
 * be edited the one that stands there stays true. An incident that goes on is told there by its next
 * repeat or escalation after the mute.
 */
export function route(input: RouteInput): OutgoingMessage[] {
  const { now, policy } = input;
  const chats = chatsOf(input.subscriptions, input.mutes, now);
  const editing = input.editingPlatforms ?? new Set<string>();
  const messages: OutgoingMessage[] = [];
  const send = (draft: Draft, chat: ChatRef): void => {
    messages.push({ id: input.nextId(), chat, ...draft });
  };
  const updates: PossibleUpdate[] = [];
  for (const notice of distinct(input.notices, (n) => `${n.incidentId}#${n.sequence}`)) {
    const draftOf = incidentDrafts(notice, input);
    const { kind, incidentId } = notice;
    for (const { chat, told } of audienceOf(notice, input.notices, chats)) {
      const editable = editing.has(chat.platform);
      for (const appearance of appearancesOf(notice, { editable, told })) {
        if (kind !== 'update') send(draftOf(appearance), chat);
        else updates.push({ chat, incidentId, severity: severityOf(notice), draftOf, appearance });
      }
    }
  }
  for (const notice of distinct(input.dataNotices, (n) => `${n.outageId}#${n.kind}`)) {
    const audience = chats.filter((chat) => !chat.muted && isConcerned(notice, chat));
    if (audience.length === 0) continue;
    const draft = dataDraft(notice, input);
    for (const { chat } of audience) send(draft, chat);
  }
  for (const { chat, draftOf, appearance } of chooseUpdates(updates, policy.updatesPerTick, now)) {
    send(draftOf(appearance), chat);
  }
  return messages.sort((a, b) => b.severity - a.severity);
}

/**
 * What the notice is in each appearance, made when first asked for: all that show it share one
 * document, which the store then keeps once.
 */
function incidentDrafts(notice: Notice, input: RouteInput): (appearance: Appearance) => Draft {
  const { now, policy } = input;
  const { kind, incidentId: groupId, sequence } = notice;
  const frame = { groupId, sequence, kind, createdAt: now };
  const docOf = once(() => noticeDoc(notice, input));
  const retire = once((): Draft => {
    // However late: an old warning must not go on looking like a present one.
    const expiresAt = now + Math.max(...Object.values(policy.expiryMs));
    const doc = boundDoc(describeRetire(notice));
    return { ...frame, delivery: 'retire', severity: 0, expiresAt, doc };
  });
  return (appearance) => {
    if (appearance === 'retire') return retire();
    return {
      ...frame,
      doc: docOf(),
      ...(appearance === 'post' ? {} : { delivery: appearance }),
      // Nobody waits for a silent correction.
      severity: appearance === 'edit' ? 0 : severityOf(notice),
      expiresAt: now + policy.expiryMs[kind],
    };
  };
}

function noticeDoc(notice: Notice, input: RouteInput): MessageDoc {
  const reading = input.readings.get(notice.asset);
  return boundDoc(describeNotice(notice, reading, input.now, input.policy, input.sourceTitles));
}

/** Order of the notices of one outage: lost, retired, back. */
const OUTAGE_SEQUENCE: Readonly<Record<DataNotice['kind'], number>> = {
  'source-lost': 1,
  'source-retired': 2,
  'source-back': 3,
};

function dataDraft(notice: DataNotice, input: RouteInput): Draft {
  const { now, policy, sourceTitles } = input;
  return {
    kind: notice.kind,
    doc: boundDoc(describeDataNotice(notice, now, policy, sourceTitles)),
    groupId: notice.outageId,
    sequence: OUTAGE_SEQUENCE[notice.kind],
    severity: 0,
    createdAt: now,
    expiresAt: now + policy.expiryMs.data,
  };
}

/**
 * All-clears and notices about data come last. Whatever speaks of an open incident has its level's
 * severity (a shock-below rule's at least that of `elevated`, as somebody asked for it by number):
 * to a chat that was muted until now it may be the first word about it, and must be heard.
 */
function severityOf({ kind, level }: Notice): number {
  return kind === 'all-clear' ? 0 : levelRank(alertLevel(level));
}

function isConcerned({ assets }: DataNotice, chat: ChatSubscriptions): boolean {
  if (assets === '*') return true;
  return chat.subscriptions.some(({ asset }) => asset === '*' || assets.includes(asset));
}

function distinct<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
