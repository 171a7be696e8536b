import type { RESTOptions } from 'discord.js';
import type { Clock, Logger, Random } from '../../../ports.ts';
import type { Inbox, Platform, PlatformLimits } from '../platform.ts';
import { createAnnouncements } from './announcements.ts';
import { createDiscordApi } from './api.ts';
import { checkToken } from './check-token.ts';
import { createRights } from './delegated-rights.ts';
import { MOST_TOTAL } from './discord-embed.ts';
import { GATEWAY_TIMING, type GatewayTiming } from './gateway-timing.ts';
import { createInteractionHandler } from './handle-interaction.ts';
import { createIdentifyTurns } from './identify-turns.ts';
import { readInteraction } from './interaction.ts';
import { createInvalidRequests } from './invalid-requests.ts';
import { type ConnectionView, keepConnected } from './keep-connected.ts';
import { createRegistrar } from './keep-registered.ts';
import { createKnownBot, type KnownBot } from './known-bot.ts';
import { inviteLink } from './permissions.ts';
import { createPlaces } from './places.ts';
import { createReplies } from './replies.ts';
import { createSender, HELD } from './send-message.ts';
import { createTokenWatch } from './token-watch.ts';
import { createUnderWay } from './under-way.ts';

export interface DiscordParts {
  token: string;
  /** Ends in `/api`; `/v10` is added. */
  apiUrl: string;
  /** Real time: waits, pauses of the connection, ages of servers. */
  clock: Clock;
  log: Logger;
  random: Random;
  settings: {
    /** Role id to mention with critical alerts, by server id. */
    criticalMentions: Readonly<Record<string, string>>;
    /** Pass posts of announcement channels (high and critical) on to the channels that follow them. */
    publishAnnouncements: boolean;
  };
  rest?: Partial<RESTOptions>;
  /** Told the time on Discord's clock (epoch ms) with every answer. */
  apiTimeSeen?(at: number): void;
  /** For tests. */
  timing?: Partial<GatewayTiming>;
}

const LIMITS: PlatformLimits = {
  messageCharacters: MOST_TOTAL,
  // Of the 50 a second that Discord allows; the last is for permissions and the like.
  perSecond: 49,
  // Five in five seconds is what was seen in channels; the answers' headers have the last word.
  perChatIntervalMs: 1_050,
  paceBy: 'room',
  retriesAreIdempotent: true,
  edits: true,
};

/** Answers begun before the end are still given, if that does not take longer. */
const FINISH_WITHIN_MS = 5_000;

/**
 * Discord: slash commands, buttons and autocompletion come by the gateway; messages and answers go
 * by REST, which needs no gateway, so that alerts are sent while it is down.
 */
export function createDiscordPlatform(parts: DiscordParts): Platform {
  const { clock, random, settings } = parts;
  const log = parts.log.child({ platform: 'discord' });
  const invalidRequests = createInvalidRequests(clock, log);
  const apiParts = { ...parts, invalidSeen: invalidRequests.seen };
  const api = createDiscordApi(apiParts);
  const isHeld = () => invalidRequests.heldMs() > 0;
  const announcements = createAnnouncements({ api, clock, log, isHeld });
  const turns = createIdentifyTurns(clock, log);
  const tokenWatch = createTokenWatch();
  const view: ConnectionView = { isStopped: false };
  let isOver = false;
  /** Of the first run; before that nobody can tell which bot it should be. */
  let knownBot: KnownBot | undefined;

  const send = createSender({
    api,
    clock,
    log,
    invalidRequests,
    announcements,
    roleToMention: (guildId) =>
      Object.hasOwn(settings.criticalMentions, guildId)
        ? settings.criticalMentions[guildId]
        : undefined,
    isPublished: (channelId) =>
      settings.publishAnnouncements && view.session?.isAnnouncementChannel(channelId) === true,
    tokenSeen: tokenWatch.seen,
  });

  async function run(inbox: Inbox, signal: AbortSignal): Promise<void> {
    knownBot ??= createKnownBot({
      api,
      clock,
      inbox,
      stoppedBy: () => (view.isStopped ? view.trouble : undefined),
    });
    const places = createPlaces({ inbox, clock, log, random, signal });
    const registrar = createRegistrar({
      api,
      commands: inbox.commands,
      clock,
      log,
      random,
      signal,
    });
    const rights = createRights({ api, clock, commandIds: registrar.commandIds });
    const replies = createReplies({ api, clock, log });
    const handle = createInteractionHandler({ inbox, replies, rights, clock, log });
    const underWay = createUnderWay(clock, FINISH_WITHIN_MS);
    const timing = { ...GATEWAY_TIMING, ...parts.timing };
    let invited = false;
    const listeners = {
      places,
      commandRightsChanged: rights.changed,
      ready({ applicationId, servers }: { applicationId: string; servers: number }) {
        registrar.wanted(applicationId);
        log.info({ servers }, 'Discord connected');
        if (!invited) log.info({ link: inviteLink(applicationId) }, 'Discord invite link');
        invited = true;
      },
      interaction(data: unknown) {
        const interaction = readInteraction(data);
        if (interaction === undefined) log.debug({}, 'interaction of an unknown kind ignored');
        else underWay.add(handle(interaction));
      },
    };
    isOver = false;
    try {
      const connecting = { ...apiParts, log, timing, turns, tokenWatch, knownBot };
      await keepConnected(connecting, listeners, view, signal);
    } finally {
      isOver = true;
      announcements.stop();
      await Promise.all([places.settled(), registrar.settled(), underWay.ended()]);
    }
  }

  return {
    id: 'discord',
    limits: LIMITS,
    run,
    send: async (message, signal) =>
      (await knownBot?.insteadOfSending(signal)) ?? (await send(message, signal)),
    state() {
      if (isOver) return { state: 'stopped' };
      const { isStopped, session } = view;
      const isReady = !isStopped && session?.isReady() === true;
      const held = isHeld() ? HELD : undefined;
      const trouble = isReady ? held : (view.trouble ?? held);
      const state = isReady ? 'connected' : isStopped ? 'stopped' : 'connecting';
      return trouble === undefined ? { state } : { state, detail: trouble };
    },
    check: (signal) => checkToken(api, signal),
  };
}
