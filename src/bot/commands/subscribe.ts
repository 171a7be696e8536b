import type { MessageDoc } from '../../alerts/message-doc.ts';
import type { AlertRule, Subscription } from '../../alerts/model.ts';
import { ruleKeyOf } from '../../alerts/rule-key.ts';
import { CommandError } from '../../errors.ts';
import type { AssetId, Level } from '../../signals/model/ids.ts';
import { SIDES } from '../../signals/model/ids.ts';
import { requireKnown, statesOf } from '../answers/known-assets.ts';
import { missingPermissionBlocks } from '../answers/missing-permissions.ts';
import { mutedText, mutedUntil } from '../answers/muted.ts';
import { overviewBlocks, overviewFooter, readingsOf } from '../answers/overview.ts';
import { subscriptionLines } from '../answers/subscription-text.ts';
import { commandHint } from '../text/no-break.ts';
import { type CommandContext, defineCommand, type OptionValues } from './define.ts';

const DEFAULT_LEVEL: Exclude<Level, 'low'> = 'high';
const LEAST_SHOCK_FRACTION = 0.001;
const MOST_SHOCK_FRACTION = 0.5;
const MOST_READINGS = 15;
/** Names in a title. */
const MOST_NAMED = 8;

type Wanted = Pick<Subscription, 'asset' | 'rule' | 'sides'>;

/** `/subscribe`: BTC and ETH from high on, both sides, unless said otherwise. Safe to repeat. */
export const subscribeCommand = defineCommand({
  name: 'subscribe',
  summary: 'Get a message here when the risk rises (default: BTC and ETH, high, both sides)',
  options: [
    { name: 'assets', summary: 'Coins: BTC,ETH or all', required: false, type: 'assets' },
    { name: 'level', summary: 'elevated, high or critical', required: false, type: 'level' },
    { name: 'side', summary: 'down, up or both', required: false, type: 'side' },
    {
      name: 'shock-below',
      summary: 'Warn while a move smaller than this would feed itself, for example 3%',
      required: false,
      type: 'shock-below',
    },
  ],
  access: 'manage',
  examples: [
    'subscribe',
    'subscribe BTC,ETH critical down',
    'subscribe all high both',
    'subscribe ETH shock-below 3%',
  ],
  async run(context, values): Promise<MessageDoc> {
    const { store, chat, settings } = context;
    const assets = values.assets('assets') ?? settings.defaultAssets;
    const named = assets.filter((asset): asset is AssetId => asset !== '*');
    await requireKnown(store.readings, named);
    const wanted = wantedOf(assets, values);
    const before = await store.subscriptions.ofChat(chat);
    const after = countAfter(before, wanted);
    requireRoom(before.length, after, settings.maxSubscriptionsPerChat);
    await requireRoomInPlace(context, after - before.length);
    const createdAt = context.now();
    for (const one of wanted) await store.subscriptions.add({ ...one, chat, createdAt });
    return await confirmation(context, wanted, named);
  },
});

function wantedOf(assets: readonly (AssetId | '*')[], values: OptionValues): Wanted[] {
  const sides = values.sides('side') ?? SIDES;
  const rules: AlertRule[] = [];
  const fraction = values.percent('shock-below');
  const level = values.level('level');
  // A trigger by itself is a wish of its own; beside a level it is one more.
  if (level !== undefined || fraction === undefined) {
    rules.push({ kind: 'level', level: level ?? DEFAULT_LEVEL });
  }
  if (fraction !== undefined) {
    if (fraction < LEAST_SHOCK_FRACTION || fraction > MOST_SHOCK_FRACTION) {
      throw new CommandError('shock-below must lie between 0.1 % and 50 %.');
    }
    rules.push({ kind: 'shock-below', fraction: Number(fraction.toFixed(4)) });
  }
  return rules.flatMap((rule) => assets.map((asset) => ({ asset, rule, sides })));
}

/** Subscriptions the chat would have: what is there already is not counted twice. */
function countAfter(before: readonly Subscription[], wanted: readonly Wanted[]): number {
  const keyOf = ({ asset, rule }: Wanted) => `${asset} ${ruleKeyOf(rule)}`;
  return new Set([...before, ...wanted].map(keyOf)).size;
}

function requireRoom(before: number, after: number, most: number): void {
  // Somebody above a limit that was lowered may still change what is there.
  if (after <= Math.max(most, before)) return;
  throw new CommandError(
    `That would be ${after} subscriptions in this chat; ${most} are possible. ` +
      'Use all for every coin, or /unsubscribe some first. Nothing was changed.',
  );
}

async function requireRoomInPlace(context: CommandContext, added: number): Promise<void> {
  if (added <= 0) return;
  const { platform, chatId } = context.chat;
  const before = await context.store.places.subscriptionCount({ platform, chatId });
  const most = context.settings.maxSubscriptionsPerPlace;
  if (before + added <= most) return;
  throw new CommandError(
    `That would be ${before + added} subscriptions in this server or group, all its channels and ` +
      `topics together; ${most} are possible. /unsubscribe some first. Nothing was changed.`,
  );
}

async function confirmation(
  context: CommandContext,
  wanted: readonly Wanted[],
  named: readonly AssetId[],
): Promise<MessageDoc> {
  const now = context.now();
  const shown = (named.length > 0 ? named : context.settings.defaultAssets).slice(0, MOST_READINGS);
  const states = await statesOf(context.store.readings, shown);
  const until = await mutedUntil(context.store.subscriptions, context.chat, now);
  const coins = named.length > 0 ? coinsText(named) : 'every coin that can alert';
  return {
    title: `Subscribed: ${coins}`,
    tone: 'info',
    blocks: [
      ...(await missingPermissionBlocks(context)),
      { kind: 'text', text: 'This chat gets a message when the risk reaches:' },
      { kind: 'list', items: subscriptionLines(wanted) },
      ...(until === undefined ? [] : [{ kind: 'text' as const, text: mutedText(until, now) }]),
      {
        kind: 'text',
        text: states.length === 0 ? 'Warming up: no reading yet.' : 'At present:',
      },
      ...overviewBlocks(states, now),
      { kind: 'text', text: `To stop: /unsubscribe. For a pause: ${commandHint('mute 8h')}.` },
    ],
    ...overviewFooter(readingsOf(states), now, context.sourceTitles ?? new Map()),
  };
}

function coinsText(named: readonly AssetId[]): string {
  const shown = named.slice(0, MOST_NAMED).join(', ');
  return named.length > MOST_NAMED ? `${shown} and ${named.length - MOST_NAMED} more` : shown;
}
