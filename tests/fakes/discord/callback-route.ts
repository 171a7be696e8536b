import { known } from './api-error.ts';
import { choiceError, formErrors, listField, textField } from './form-errors.ts';
import { FIRST_ANSWER_MS } from './interactions.ts';
import { record } from './json.ts';
import { FLAG, type MessageDraft, readDraft, refuseEmpty } from './message-draft.ts';
import { createMessage, editMessage } from './message-store.ts';
import { messageJson } from './payloads.ts';
import type { ApiRequest } from './request.ts';
import type { Route } from './router.ts';
import type { StoredInteraction, World } from './world.ts';

const MESSAGE = 4;
const DEFERRED = 5;
const DEFERRED_UPDATE = 6;
const UPDATE = 7;
const AUTOCOMPLETE = 8;

/** Which answers a command, a component and an autocomplete take; modals are not played here. */
const ALLOWED: Readonly<Record<number, readonly number[]>> = {
  2: [MESSAGE, DEFERRED, 9, 12],
  3: [MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, 9, 12],
  4: [AUTOCOMPLETE],
};

const SHOWN = FLAG.SUPPRESS_EMBEDS | FLAG.EPHEMERAL | FLAG.SILENT;

export function callbackRoute(world: World): Route {
  return {
    method: 'POST',
    pattern: '/interactions/:interaction/:token/callback',
    open: true,
    handle: ({ params, request }) => {
      const interaction = world.interactions.get(params('interaction'));
      if (interaction === undefined || interaction.token !== params('token')) throw known(10062);
      if (interaction.callbacks.length > 0) throw known(40060);
      const latencyMs = world.now() - interaction.startedAt;
      if (latencyMs > FIRST_ANSWER_MS) {
        interaction.fail(new Error('the application did not respond within 3 s'));
        throw known(10062);
      }
      const { type, data } = record(request.body);
      refuseType(interaction, Number(type));
      carryOut(world, interaction, Number(type), { ...request, body: data });
      interaction.callbacks.push({ type: Number(type), at: world.now(), data });
      interaction.latencyMs = latencyMs;
      interaction.answered();
      const wantsJson = request.query.get('with_response') === 'true';
      return wantsJson ? callbackJson(world, interaction, Number(type)) : undefined;
    },
  };
}

function refuseType(interaction: StoredInteraction, type: number): void {
  const allowed = ALLOWED[interaction.type] ?? [];
  if (allowed.includes(type)) return;
  const form = formErrors();
  choiceError(form, ['type'], allowed);
  form.check();
}

function carryOut(
  world: World,
  interaction: StoredInteraction,
  type: number,
  request: ApiRequest,
): void {
  const channel = world.channels.get(interaction.channelId);
  if (channel === undefined) throw known(10003);
  if (type === AUTOCOMPLETE) {
    refuseChoices(request.body);
    interaction.settle();
    return;
  }
  if (type === DEFERRED) {
    // Nothing but the ephemeral bit counts, whatever else was sent.
    const flags = Number(record(request.body)['flags'] ?? 0) & FLAG.EPHEMERAL;
    const draft: MessageDraft = { flags: 0, enforceNonce: false, newFiles: [] };
    interaction.deferred = true;
    interaction.ephemeral = flags !== 0;
    interaction.original = createMessage(world, channel, world.bot.id, draft, {
      flags: flags | FLAG.LOADING,
      interaction,
    });
    return;
  }
  if (type === DEFERRED_UPDATE) {
    interaction.deferred = true;
    if (interaction.source !== undefined) interaction.original = interaction.source;
    return;
  }
  const draft = readDraft(request.body, request.files, ['data']);
  if (type === UPDATE && interaction.source !== undefined) {
    interaction.original = interaction.source;
    editMessage(world, channel, interaction.source, draft);
  } else if (type === MESSAGE) {
    refuseEmpty(draft);
    interaction.ephemeral = (draft.flags & FLAG.EPHEMERAL) !== 0;
    interaction.original = createMessage(world, channel, world.bot.id, draft, {
      flags: draft.flags & SHOWN,
      interaction,
    });
  }
  interaction.settle();
}

function refuseChoices(body: unknown): void {
  const form = formErrors();
  const path = ['data', 'choices'];
  const choices = listField(form, path, record(body)['choices'], { max: 25 });
  choices.forEach((one, index) => {
    const choice = record(one);
    textField(form, [...path, index, 'name'], choice['name'], { min: 1, max: 100, required: true });
    const value = choice['value'];
    if (typeof value === 'number') return;
    textField(form, [...path, index, 'value'], value, { min: 1, max: 100, required: true });
  });
  form.check();
}

function callbackJson(world: World, interaction: StoredInteraction, type: number) {
  const message = interaction.original;
  return {
    interaction: {
      id: interaction.id,
      type: interaction.type,
      ...(message === undefined
        ? {}
        : {
            response_message_id: message.id,
            response_message_loading: (message.flags & FLAG.LOADING) !== 0,
            response_message_ephemeral: message.ephemeral,
          }),
    },
    resource: {
      type,
      ...(message === undefined ? {} : { message: messageJson(world, message) }),
    },
  };
}
