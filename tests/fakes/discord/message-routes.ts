import { known } from './api-error.ts';
import { formErrors } from './form-errors.ts';
import { countOldEdit, messageIn, refusePosting, visibleChannel } from './message-access.ts';
import { FLAG, type MessageDraft, readDraft, refuseEmpty } from './message-draft.ts';
import { createMessage, editMessage, removeMessage } from './message-store.ts';
import { channelJson, messageJson } from './payloads.ts';
import { has, PERMISSION } from './permissions.ts';
import type { Route } from './router.ts';
import { ANNOUNCEMENT_CHANNEL, messagesIn, type StoredChannel, type World } from './world.ts';

/** How long a nonce is remembered: the documents say "a few minutes". */
const NONCE_MS = 5 * 60_000;

export function messageRoutes(world: World): Route[] {
  return [
    {
      method: 'GET',
      pattern: '/channels/:channel',
      handle: ({ params }) => channelJson(world, visibleChannel(world, params('channel')).channel),
    },
    {
      method: 'POST',
      pattern: '/channels/:channel/messages',
      handle: ({ params, request }) => {
        const { channel, permissions } = visibleChannel(world, params('channel'));
        refusePosting(world, channel, permissions);
        const draft = readDraft(request.body, request.files);
        refuseEmpty(draft);
        const first = sameNonce(world, channel, draft);
        if (first !== undefined) return messageJson(world, first);
        refuseParts(draft, permissions);
        const replyTo = answered(world, channel, draft, permissions);
        channel.archived = false;
        const more = replyTo === undefined ? {} : { replyTo };
        return messageJson(world, createMessage(world, channel, world.bot.id, draft, more));
      },
    },
    {
      method: 'GET',
      pattern: '/channels/:channel/messages',
      handle: ({ params, request }) => {
        const { channel, permissions } = visibleChannel(world, params('channel'));
        if (!has(permissions, PERMISSION.READ_MESSAGE_HISTORY)) return [];
        const most = Number(request.query.get('limit') ?? 50);
        return messagesIn(world, channel.id)
          .filter((one) => !one.deleted && !one.ephemeral)
          .slice(-most)
          .reverse()
          .map((one) => messageJson(world, one));
      },
    },
    {
      method: 'GET',
      pattern: '/channels/:channel/messages/:message',
      handle: ({ params }) => {
        const { channel, permissions } = visibleChannel(world, params('channel'));
        if (!has(permissions, PERMISSION.READ_MESSAGE_HISTORY)) throw known(50013);
        return messageJson(world, messageIn(world, channel, params('message')));
      },
    },
    {
      method: 'PATCH',
      pattern: '/channels/:channel/messages/:message',
      handle: ({ params, request }) => {
        const { channel, permissions } = visibleChannel(world, params('channel'));
        const message = messageIn(world, channel, params('message'));
        if (message.authorId !== world.bot.id) throw known(50005);
        if (channel.archived) throw known(50083);
        const draft = readDraft(request.body, request.files);
        refuseParts(draft, permissions);
        countOldEdit(world, message);
        editMessage(world, channel, message, draft);
        return messageJson(world, message);
      },
    },
    {
      method: 'DELETE',
      pattern: '/channels/:channel/messages/:message',
      handle: ({ params }) => {
        const { channel, permissions } = visibleChannel(world, params('channel'));
        const message = messageIn(world, channel, params('message'));
        const isOwn = message.authorId === world.bot.id;
        if (!isOwn && !has(permissions, PERMISSION.MANAGE_MESSAGES)) throw known(50013);
        if (channel.archived) throw known(50083);
        removeMessage(world, channel, message);
        return undefined;
      },
    },
    {
      method: 'POST',
      pattern: '/channels/:channel/messages/:message/crosspost',
      handle: ({ params }) => {
        const { channel, permissions } = visibleChannel(world, params('channel'));
        if (channel.type !== ANNOUNCEMENT_CHANNEL) throw known(50024);
        const message = messageIn(world, channel, params('message'));
        const isOwn = message.authorId === world.bot.id;
        const needed = isOwn ? PERMISSION.SEND_MESSAGES : PERMISSION.MANAGE_MESSAGES;
        if (!has(permissions, needed)) throw known(50013);
        if (message.crossposted) throw known(40033);
        message.crossposted = true;
        message.flags |= FLAG.CROSSPOSTED;
        return messageJson(world, message);
      },
    },
    {
      method: 'POST',
      pattern: '/channels/:channel/typing',
      handle: ({ params }) => {
        const { channel, permissions } = visibleChannel(world, params('channel'));
        refusePosting(world, channel, permissions);
        return undefined;
      },
    },
  ];
}

/** The message first sent with this nonce a moment ago, when both asked for that. */
function sameNonce(world: World, channel: StoredChannel, draft: MessageDraft) {
  if (!draft.enforceNonce || draft.nonce === undefined) return undefined;
  return messagesIn(world, channel.id).find(
    (one) => one.nonceEnforced && one.nonce === draft.nonce && world.now() - one.sentAt < NONCE_MS,
  );
}

/** Files need a permission; without EMBED_LINKS embeds vanish, and alone they are refused. */
function refuseParts(draft: MessageDraft, permissions: bigint): void {
  const mayAttach = has(permissions, PERMISSION.ATTACH_FILES);
  if (draft.newFiles.length > 0 && !mayAttach) throw known(50013);
  if (draft.embeds === undefined || has(permissions, PERMISSION.EMBED_LINKS)) return;
  const hadEmbeds = draft.embeds.length > 0;
  draft.embeds = [];
  if (hadEmbeds && (draft.content ?? '') === '' && draft.newFiles.length === 0) throw known(50013);
}

function answered(
  world: World,
  channel: StoredChannel,
  draft: MessageDraft,
  permissions: bigint,
): string | undefined {
  const { reference } = draft;
  if (reference === undefined) return undefined;
  if (!has(permissions, PERMISSION.READ_MESSAGE_HISTORY)) throw known(160002);
  const message = messagesIn(world, channel.id).find((one) => one.id === reference.messageId);
  if (message !== undefined && !message.deleted && !message.ephemeral) return message.id;
  if (!reference.failIfNotExists) return undefined;
  const form = formErrors();
  form.add(['message_reference'], 'MESSAGE_REFERENCE_UNKNOWN_MESSAGE', 'Unknown message');
  form.check();
  return undefined;
}
