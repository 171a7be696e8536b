import type { MessageDoc } from '../../alerts/message-doc.ts';
import type { AlertRule, Subscription } from '../../alerts/model.ts';
import { ruleKeyOf } from '../../alerts/rule-key.ts';
import { CommandError } from '../../errors.ts';
import type { AssetId, Level } from '../../signals/model/ids.ts';
import { SIDES } from '../../signals/model/ids.ts';
import { requireKnown, statesOf } from '../answers/known-assets.ts';
import { mutedText, mutedUntil } from '../answers/muted.ts';
import { overviewBlocks, overviewFooter, readingsOf } from '../answers/overview.ts';
import { subscriptionLines } from '../answers/subscription-text.ts';
import { type CommandContext, defineCommand, type OptionValues } from './define.ts';

const DEFAULT_LEVEL: Exclude<Level, 'low'> = 'high';
const LEAST_SHOCK_FRACTION = 0.001;
const MOST_SHOCK_FRACTION = 0.5;
const MOST_READINGS = 15;

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
    requireRoom(before, wanted, settings.maxSubscriptionsPerChat);
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

function requireRoom(
  before: readonly Subscription[],
  wanted: readonly Wanted[],
  most: number,
): void {
  const keyOf = ({ asset, rule }: Wanted) => `${asset} ${ruleKeyOf(rule)}`;
  const keys = new Set([...before, ...wanted].map(keyOf));
  // Somebody above a limit that was lowered may still change what is there.
  if (keys.size <= Math.max(most, before.length)) return;
  throw new CommandError(
    `That would be ${keys.size} subscriptions in this chat; ${most} are possible. ` +
      'Use all for every coin, or /unsubscribe some first.',
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
  const coins = named.length > 0 ? named.join(', ') : 'every coin that can alert';
  return {
    title: `Subscribed: ${coins}`,
    tone: 'info',
    blocks: [
      { kind: 'text', text: 'This chat gets a message when the risk reaches:' },
      { kind: 'list', items: subscriptionLines(wanted) },
      ...(until === undefined ? [] : [{ kind: 'text' as const, text: mutedText(until, now) }]),
      {
        kind: 'text',
        text: states.length === 0 ? 'Warming up: no reading yet.' : 'At present:',
      },
      ...overviewBlocks(states, now),
      { kind: 'text', text: 'To stop: /unsubscribe. For a pause: /mute 8h.' },
    ],
    ...overviewFooter(readingsOf(states), now, context.sourceTitles ?? new Map()),
  };
}
