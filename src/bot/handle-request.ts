import { randomBytes } from 'node:crypto';
import type { MessageDoc } from '../alerts/message-doc.ts';
import { AppError, CommandError, describeCause } from '../errors.ts';
import type { Clock, EpochMs, Logger } from '../ports.ts';
import { placeKey } from '../store/store.ts';
import type { DrawFigure } from './charts/draw-outcome.ts';
import type { CommandContext, CommandDefinition } from './commands/define.ts';
import { explained, limitText, unknownCommand } from './inbox/explain.ts';
import { createTurns } from './inbox/in-turn.ts';
import { type CommandLimits, createCommandGate, DEFAULT_COMMAND_LIMITS } from './inbox/limits.ts';
import { createPlaceEvents } from './inbox/places.ts';
import { createSlots } from './inbox/slots.ts';
import { suggestedAssets } from './inbox/suggestions.ts';
import { within } from './inbox/within.ts';
import { createWorkTimer, type WorkTimer } from './inbox/work-timer.ts';
import { parseOptions } from './options/parse-options.ts';
import { parseText } from './options/parse-text.ts';
import type { Answer, CommandRequest, Inbox } from './platforms/platform.ts';

export interface InboxParts {
  commands: readonly CommandDefinition[];
  store: CommandContext['store'];
  status: CommandContext['status'];
  settings: CommandContext['settings'];
  sourceTitles?: NonNullable<CommandContext['sourceTitles']>;
  market?: NonNullable<CommandContext['market']>;
  /** The program's time, which may be simulated: for readings and messages. */
  now(): EpochMs;
  /** Real time: for limits and for platforms that do not answer. */
  realClock: Clock;
  log: Logger;
  drawFigure: DrawFigure;
  /** Ids of messages through the outbox: fresh with each call, at most 25 characters. */
  nextId(): string;
  /** Told when a message was stored for this platform, so that its delivery need not wait. */
  wake?: (platform: string) => void;
  limits?: CommandLimits;
  /** Platforms without limits; the terminal unless said otherwise: it is the operator's own. */
  unlimited?: readonly string[];
  /** Id of a bug, shown to the person and logged; random when absent. */
  makeId?: () => string;
}

/** Longest wait for a platform to say what somebody may do, or what the bot may. */
const RIGHTS_DEADLINE_MS = 8_000;
const PERMISSIONS_DEADLINE_MS = 4_000;

/**
 * What platforms hand commands to. Every request gets an answer: a person's mistake is explained,
 * a bug is logged with an id and answered with it, a chart that fails leaves the text.
 *
 * In this order: limits, the command itself, the right to it, the options, then the work, of which
 * only so much goes on at the same time. Commands that change something of a place take turns.
 */
export function createInbox(parts: InboxParts): Inbox {
  const { commands, log, store, realClock } = parts;
  const makeId = parts.makeId ?? (() => randomBytes(4).toString('hex'));
  const wake = (platform: string) => parts.wake?.(platform);
  const limits = parts.limits ?? DEFAULT_COMMAND_LIMITS;
  const unlimited = parts.unlimited ?? ['console'];
  const gate = createCommandGate(limits);
  const slots = createSlots(limits.atOnce, limits.mostWaiting);
  const inTurn = createTurns();

  async function handle(request: CommandRequest): Promise<Answer> {
    const command = commands.find(({ name }) => name === request.command.toLowerCase());
    try {
      const isLimited = !unlimited.includes(request.chat.platform);
      const refusal = isLimited ? gate.admit(request, realClock.now()) : undefined;
      if (refusal !== undefined) {
        const answer: Answer = { doc: explained(limitText(refusal)), failed: 'limited' };
        return refusal.told ? { ...answer, repeated: true } : answer;
      }
      if (command === undefined) throw unknownCommand(commands, request.command);
      const denied = await whyDenied(command, request);
      if (denied !== undefined) return { doc: explained(denied), failed: 'denied' };
      const work = () => (isLimited ? inSlot(command, request) : answered(command, request));
      return command.access === 'manage'
        ? await inTurn(placeKey(request.chat), work)
        : await work();
    } catch (error) {
      if (error instanceof CommandError) {
        return { doc: explained(error.message), failed: 'mistake' };
      }
      const id = makeId();
      const stack = error instanceof Error ? error.stack : undefined;
      // Only names of ours are logged: what people type is theirs.
      const name = command?.name ?? 'unknown';
      log.error({ id, command: name, cause: describeCause(error), stack }, 'command failed');
      const doc = explained(`Something broke (id ${id}). It was logged; please try again.`);
      return { doc, failed: 'bug' };
    }
  }

  async function whyDenied(
    { name, access }: CommandDefinition,
    { chat, mayManage }: CommandRequest,
  ): Promise<string | undefined> {
    if (access !== 'manage') return undefined;
    try {
      const allowed = await within(realClock, RIGHTS_DEADLINE_MS, async () => await mayManage());
      return allowed ? undefined : 'Only people who may manage this chat can do that here.';
    } catch (error) {
      // Texts of clients may hold ids of chats and people: only what kind of error it was.
      const reason = error instanceof AppError ? error.code : nameOf(error);
      log.warn({ platform: chat.platform, command: name, reason }, 'rights not found out');
      return 'I could not find out whether you may manage this chat; please try again.';
    }
  }

  async function inSlot(command: CommandDefinition, request: CommandRequest): Promise<Answer> {
    const answer = await slots.run(async () => {
      const timer = createWorkTimer(realClock);
      try {
        return await answered(command, request, timer);
      } finally {
        gate.worked(request, timer.workedMs(), realClock.now());
      }
    });
    if (answer !== 'busy') return answer;
    return {
      doc: explained('I am busy right now; please try again in a moment.'),
      failed: 'limited',
    };
  }

  async function answered(
    command: CommandDefinition,
    request: CommandRequest,
    timer?: WorkTimer,
  ): Promise<Answer> {
    const { input, draw = true } = request;
    const values =
      'text' in input ? parseText(command, input.text) : parseOptions(command, input.options);
    await reopen(request);
    const doc = await command.run(contextOf(request, timer), values);
    const png = draw ? await drawn(doc) : undefined;
    return png === undefined ? { doc } : { doc, png };
  }

  function contextOf(request: CommandRequest, timer?: WorkTimer): CommandContext {
    const { chat, missingPermissions } = request;
    const asked = () =>
      within(realClock, PERMISSIONS_DEADLINE_MS, async () => (await missingPermissions?.()) ?? []);
    return {
      chat,
      now: parts.now,
      store,
      status: parts.status,
      commands,
      settings: parts.settings,
      nextId: parts.nextId,
      wake: () => wake(chat.platform),
      ...(parts.sourceTitles === undefined ? {} : { sourceTitles: parts.sourceTitles }),
      ...(parts.market === undefined ? {} : { market: parts.market }),
      ...(missingPermissions === undefined
        ? {}
        : { missingPermissions: () => (timer === undefined ? asked() : timer.waiting(asked)) }),
    };
  }

  /** Somebody wrote here, so the chat can be reached again. */
  async function reopen({ chat }: CommandRequest): Promise<void> {
    try {
      await store.subscriptions.reopenChat(chat);
    } catch (error) {
      log.warn({ cause: describeCause(error) }, 'chat not reopened');
    }
  }

  async function drawn({ figure }: MessageDoc): Promise<Uint8Array | undefined> {
    if (figure === undefined) return undefined;
    try {
      const outcome = await parts.drawFigure(figure);
      if (outcome.kind === 'drawn') return outcome.png;
      log.warn({ reason: outcome.reason }, 'chart of an answer not drawn');
    } catch (error) {
      log.warn({ reason: describeCause(error) }, 'chart of an answer not drawn');
    }
    return undefined;
  }

  async function suggestAssets(typed: string, most: number): Promise<readonly string[]> {
    try {
      return suggestedAssets(await store.readings.all(), typed, most);
    } catch (error) {
      log.warn({ cause: describeCause(error) }, 'no coins suggested');
      return [];
    }
  }

  return {
    commands,
    handle,
    suggestAssets,
    ...createPlaceEvents({ store, now: parts.now, nextId: parts.nextId, wake }),
  };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
