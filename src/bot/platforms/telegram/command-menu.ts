import { z } from 'zod';
import type { CommandDefinition } from '../../commands/define.ts';
import type { ApiAnswer } from './api-answer.ts';
import { menuName } from './written-command.ts';

type Ask = (method: string, payload: object) => Promise<ApiAnswer>;

const MOST_DESCRIPTION = 256;
const menuSchema = z.array(z.object({ command: z.string(), description: z.string() }));
type Menu = z.infer<typeof menuSchema>;

/**
 * Sets the lists of commands Telegram offers while somebody types, each only when it differs.
 * Members of groups are offered what everybody may do. Gives whether all of them are right now.
 */
export async function updateMenus(
  commands: readonly CommandDefinition[],
  ask: Ask,
): Promise<boolean> {
  const forAll = menuOf(commands);
  const forAnyone = menuOf(commands.filter(({ access }) => access === 'anyone'));
  const menus: [scope: string, menu: Menu][] = [
    ['all_private_chats', forAll],
    ['all_group_chats', forAnyone],
    ['all_chat_administrators', forAll],
  ];
  let right = true;
  for (const [type, menu] of menus) right = (await updateMenu({ type }, menu, ask)) && right;
  return right;
}

async function updateMenu(scope: object, menu: Menu, ask: Ask): Promise<boolean> {
  const answer = await ask('getMyCommands', { scope });
  const present = answer.kind === 'ok' ? menuSchema.safeParse(answer.result) : undefined;
  if (present?.success && JSON.stringify(present.data) === JSON.stringify(menu)) return true;
  // A menu that cannot be read is set all the same.
  return (await ask('setMyCommands', { scope, commands: menu })).kind === 'ok';
}

function menuOf(commands: readonly CommandDefinition[]): Menu {
  return commands.map(({ name, summary }) => ({
    command: menuName(name),
    description: summary.slice(0, MOST_DESCRIPTION).toWellFormed(),
  }));
}
