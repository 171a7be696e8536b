import { Routes } from 'discord.js';
import { z } from 'zod';
import { plainLine } from '../../text/plain.ts';
import type { PlatformCheck } from '../platform.ts';
import type { DiscordApi } from './api.ts';
import { failureOf, failureText, isTokenRefused } from './failure.ts';
import { inviteLink } from './permissions.ts';

const userSchema = z.object({ username: z.string() });
const applicationSchema = z.object({ id: z.string().regex(/^\d{1,20}$/) });

/** Asks Discord who the bot is. Never throws. */
export async function checkToken(api: DiscordApi, signal: AbortSignal): Promise<PlatformCheck> {
  try {
    const user = await api({ method: 'get', route: Routes.user('@me'), signal });
    const application = await api({ method: 'get', route: Routes.currentApplication(), signal });
    const name = plainLine(userSchema.parse(user).username);
    const link = inviteLink(applicationSchema.parse(application).id);
    return { ok: true, detail: `${name}; add it to a server with ${link}` };
  } catch (error) {
    if (error instanceof z.ZodError) {
      return { ok: false, detail: 'the answer is not one of the Discord API' };
    }
    const failure = failureOf(error);
    const detail = isTokenRefused(failure)
      ? 'the token was refused; a new one comes from the Discord Developer Portal'
      : failureText(failure);
    return { ok: false, detail };
  }
}
