import type { Inbox } from '../platform.ts';
import { isCompleted } from './command-forms.ts';
import type { InteractionAction } from './interaction.ts';

/** Limits of Discord. */
const MOST_CHOICES = 25;
const MOST_CHARACTERS = 100;
const ALL = 'all';

type Completion = Extract<InteractionAction, { kind: 'completion' }>;

/** Coins for what somebody has begun to type; of a list (`BTC,ET`), its last item is completed. */
export async function completions(
  inbox: Pick<Inbox, 'commands' | 'suggestAssets'>,
  { command, option, typed }: Completion,
): Promise<string[]> {
  const type = inbox.commands
    .find(({ name }) => name === command)
    ?.options.find(({ name }) => name === option)?.type;
  if (type === undefined || !isCompleted(type)) return [];
  const isList = type === 'assets';
  const last = isList ? Math.max(typed.lastIndexOf(','), typed.lastIndexOf(' ')) + 1 : 0;
  const before = typed.slice(0, last);
  const begun = typed.slice(last);
  const found = await inbox.suggestAssets(begun, MOST_CHOICES);
  const isAll = isList && before.trim() === '' && ALL.startsWith(begun.trim().toLowerCase());
  const taken = new Set(before.toUpperCase().split(/[\s,]+/));
  const values = [...(isAll ? [ALL] : []), ...found.filter((asset) => !taken.has(asset))].map(
    (value) => before + value,
  );
  return [...new Set(values)]
    .filter((value) => value.length <= MOST_CHARACTERS)
    .slice(0, MOST_CHOICES);
}
