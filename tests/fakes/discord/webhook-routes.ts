import { known } from './api-error.ts';
import { interactionOf, TOKEN_MS } from './interactions.ts';
import { FLAG, readDraft, refuseEmpty } from './message-draft.ts';
import { createMessage, editMessage, removeMessage } from './message-store.ts';
import { messageJson } from './payloads.ts';
import type { Route, RouteCall } from './router.ts';
import type { StoredChannel, StoredInteraction, StoredMessage, World } from './world.ts';

const SHOWN = FLAG.SUPPRESS_EMBEDS | FLAG.EPHEMERAL | FLAG.SILENT;

/** Answers after the first one: follow-ups and the message of the first. No Authorization header. */
export function webhookRoutes(world: World): Route[] {
  const base = '/webhooks/:application/:token';
  return [
    {
      method: 'POST',
      pattern: base,
      open: true,
      handle: (call) => {
        const { interaction, channel } = answerable(world, call);
        const draft = readDraft(call.request.body, call.request.files);
        refuseEmpty(draft);
        const { original } = interaction;
        if (original !== undefined && !original.deleted && isLoading(original)) {
          // Documented: the first follow-up to a deferral becomes the deferred message.
          editMessage(world, channel, original, draft);
          interaction.settle();
          return messageJson(world, original);
        }
        const flags = draft.flags & SHOWN;
        const message = createMessage(world, channel, world.bot.id, draft, { flags, interaction });
        interaction.followUps.push(message);
        interaction.settle();
        return messageJson(world, message);
      },
    },
    {
      method: 'GET',
      pattern: `${base}/messages/:message`,
      open: true,
      handle: (call) => messageJson(world, target(world, call).message),
    },
    {
      method: 'PATCH',
      pattern: `${base}/messages/:message`,
      open: true,
      handle: (call) => {
        const { interaction, channel, message } = target(world, call);
        editMessage(world, channel, message, readDraft(call.request.body, call.request.files));
        if (message === interaction.original) interaction.settle();
        return messageJson(world, message);
      },
    },
    {
      method: 'DELETE',
      pattern: `${base}/messages/:message`,
      open: true,
      handle: (call) => {
        const { interaction, channel, message } = target(world, call);
        removeMessage(world, channel, message);
        if (message === interaction.original) interaction.settle();
        return undefined;
      },
    },
  ];
}

function isLoading(message: StoredMessage): boolean {
  return (message.flags & FLAG.LOADING) !== 0;
}

/** The interaction of a token that has been answered and is not too old. */
function answerable(
  world: World,
  { params }: RouteCall,
): { interaction: StoredInteraction; channel: StoredChannel } {
  if (params('application') !== world.applicationId) throw known(10015);
  const interaction = interactionOf(world, params('token'));
  if (interaction === undefined || interaction.callbacks.length === 0) throw known(10015);
  if (world.now() - interaction.startedAt > TOKEN_MS) throw known(50027);
  const channel = world.channels.get(interaction.channelId);
  if (channel === undefined) throw known(10003);
  return { interaction, channel };
}

function target(world: World, call: RouteCall) {
  const { interaction, channel } = answerable(world, call);
  const id = call.params('message');
  const message =
    id === '@original'
      ? interaction.original
      : [interaction.original, ...interaction.followUps].find((one) => one?.id === id);
  if (message === undefined || message.deleted) throw known(10008);
  return { interaction, channel, message };
}
