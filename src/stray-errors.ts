import { kindOfError } from './errors.ts';
import type { Logger } from './ports.ts';

/** Packages of the chat clients, by their place in a stack line. */
const CHAT_CLIENT =
  /[\\/]node_modules[\\/](?:discord\.js|@discordjs|ws|undici|telegraf|node-fetch)[\\/]/;

/**
 * Did the code of a chat client throw this, with nobody there to catch it? discord.js does on a
 * gateway payload it does not understand. True when the innermost frame that is not Node's own lies
 * in such a package: an error of ours is never taken for one.
 */
export function isFromChatClient(error: unknown): boolean {
  if (!(error instanceof Error) || error.stack === undefined) return false;
  const frames = error.stack.split('\n').filter((line) => /^\s+at /.test(line));
  const innermost = frames.find((line) => !/\(?node:|<anonymous>/.test(line));
  return innermost !== undefined && CHAT_CLIENT.test(innermost);
}

/** Keeps the process up when a chat client threw: its platform recovers by itself, the rest goes on. */
export function containChatErrors(log: Logger): (error: unknown) => boolean {
  return (error) => {
    if (!isFromChatClient(error)) return false;
    log.error({ cause: kindOfError(error) }, 'a chat client threw; the service goes on');
    return true;
  };
}
