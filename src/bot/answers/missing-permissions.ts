import type { Block } from '../../alerts/message-doc.ts';
import type { CommandContext } from '../commands/define.ts';
import { shortLine } from '../text/short-line.ts';
import { either } from './known-assets.ts';

const MOST_SHOWN = 8;
const LONGEST_NAME = 60;

/**
 * `I may not post messages here: …`, for answers that promise messages; nothing when nothing is
 * missing or it cannot be found out, which is no reason to refuse.
 */
export async function missingPermissionBlocks(
  context: Pick<CommandContext, 'missingPermissions'>,
): Promise<Block[]> {
  const missing = await missingIn(context);
  if (missing.length === 0) return [];
  const actions = missing.slice(0, MOST_SHOWN).map((name) => shortLine(name, LONGEST_NAME));
  const text =
    `I may not ${either(actions)} here: until somebody who manages this chat allows it, ` +
    'alerts cannot arrive here as they should. /test tries it.';
  return [{ kind: 'text', text }];
}

async function missingIn({
  missingPermissions,
}: Pick<CommandContext, 'missingPermissions'>): Promise<readonly string[]> {
  try {
    return (await missingPermissions?.()) ?? [];
  } catch {
    return [];
  }
}
