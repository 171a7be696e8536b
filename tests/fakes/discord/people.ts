import type { FakeChannel, FakeInteraction, FakeMessage, FakeUser } from './api.ts';
import { mayUse } from './command-access.ts';
import type { CommandBooks } from './command-book.ts';
import { commandData, textOf } from './command-input.ts';
import { isDisabled } from './components.ts';
import { FIRST_ANSWER_MS, interactionJson, openInteraction } from './interactions.ts';
import type { Json } from './json.ts';
import { list, record } from './json.ts';
import { createMessage } from './message-store.ts';
import { channelPermissions, has, PERMISSION } from './permissions.ts';
import {
  guildOf,
  messagesIn,
  type StoredChannel,
  type StoredInteraction,
  type StoredUser,
  type World,
} from './world.ts';

const COMMAND = 2;
const COMPONENT = 3;
const AUTOCOMPLETE = 4;

export interface People {
  slash(
    channel: FakeChannel,
    user: FakeUser,
    command: string,
    options?: Record<string, string>,
  ): Promise<FakeInteraction>;
  autocomplete(
    channel: FakeChannel,
    user: FakeUser,
    command: string,
    focused: { name: string; value: string },
    options?: Record<string, string>,
  ): Promise<{ name: string; value: string }[]>;
  press(
    message: FakeMessage,
    user: FakeUser,
    which: { label: string } | { customId: string },
  ): Promise<FakeInteraction>;
  say(channel: FakeChannel, user: FakeUser, content: string): FakeMessage;
  /** Everybody who waits is told that the fake is gone. */
  close(): void;
}

export function people(world: World, books: CommandBooks): People {
  const waiting = new Set<StoredInteraction>();
  const begunAt = new WeakMap<StoredInteraction, number>();
  // Discord tells the person after 3 s; both clocks, as `now()` may stand still or run fast.
  const watch = setInterval(() => {
    for (const interaction of waiting) {
      const isLate = world.now() - interaction.startedAt > FIRST_ANSWER_MS;
      const realMs = performance.now() - (begunAt.get(interaction) ?? 0);
      if (isLate && realMs > FIRST_ANSWER_MS) {
        interaction.fail(new Error('the application did not respond within 3 s'));
      }
    }
  }, 100);
  watch.unref();

  async function act(
    wanted: Parameters<typeof openInteraction>[1],
    data: Json,
  ): Promise<StoredInteraction> {
    const { interaction, ready } = openInteraction(world, wanted);
    if (!wanted.delivered) {
      interaction.settle();
      return interaction;
    }
    waiting.add(interaction);
    begunAt.set(interaction, performance.now());
    const { guildId } = wanted.channel;
    world.emit('INTERACTION_CREATE', interactionJson(world, interaction, data), {
      intent: 0,
      ...(guildId === undefined ? {} : { guildId }),
    });
    try {
      await ready;
    } finally {
      waiting.delete(interaction);
    }
    return interaction;
  }

  function commandOf(name: string, channel: StoredChannel): Json {
    const command = books.find(name, channel.guildId);
    if (command === undefined) throw new Error(`there is no command /${name}`);
    return command;
  }

  function quiet<T>(promise: Promise<T>): Promise<T> {
    // A test that does not wait for the answer must not die of its absence.
    promise.catch(() => {});
    return promise;
  }

  async function slash(
    where: FakeChannel,
    who: FakeUser,
    name: string,
    options: Record<string, string> = {},
  ): Promise<FakeInteraction> {
    const { channel, user } = scene(world, where, who);
    const command = commandOf(name, channel);
    const data = commandData(command, options, channel.guildId);
    const delivered = mayUse(world, command, channel, user.id);
    return act({ type: COMMAND, channel, user, name, delivered }, data);
  }

  async function autocomplete(
    where: FakeChannel,
    who: FakeUser,
    name: string,
    focused: { name: string; value: string },
    options: Record<string, string> = {},
  ): Promise<{ name: string; value: string }[]> {
    const { channel, user } = scene(world, where, who);
    const command = commandOf(name, channel);
    const data = commandData(command, options, channel.guildId, focused);
    const delivered = mayUse(world, command, channel, user.id);
    const done = await act({ type: AUTOCOMPLETE, channel, user, name, delivered }, data);
    const choices = list(record(done.callbacks[0]?.data)['choices']).map(record);
    return choices.map((one) => ({ name: textOf(one['name']), value: textOf(one['value']) }));
  }

  async function press(
    shown: FakeMessage,
    who: FakeUser,
    which: { label: string } | { customId: string },
  ): Promise<FakeInteraction> {
    const source = messagesIn(world, shown.channelId).find((one) => one.id === shown.id);
    const where = world.channels.get(shown.channelId);
    if (source === undefined || source.deleted || where === undefined) {
      throw new Error('the message is not there any more');
    }
    const button = source.buttons.find((one) =>
      'label' in which ? one.label === which.label : one.customId === which.customId,
    );
    if (button === undefined) throw new Error(`there is no button ${JSON.stringify(which)}`);
    if (isDisabled(source.components, button.customId)) throw new Error('the button is disabled');
    const { channel, user } = scene(world, where, who);
    const delivered = canSee(world, channel, user.id);
    const data = { component_type: 2, custom_id: button.customId };
    return act({ type: COMPONENT, channel, user, source, delivered }, data);
  }

  return {
    slash: (...args) => quiet(slash(...args)),
    autocomplete: (...args) => quiet(autocomplete(...args)),
    press: (...args) => quiet(press(...args)),
    say(where, who, content) {
      const { channel, user } = scene(world, where, who);
      const draft = { content, flags: 0, enforceNonce: false, newFiles: [] };
      return createMessage(world, channel, user.id, draft);
    },
    close() {
      clearInterval(watch);
      for (const interaction of world.interactions.values()) {
        interaction.fail(new Error('the Discord fake was closed'));
      }
    },
  };
}

function scene(
  world: World,
  where: FakeChannel,
  who: FakeUser,
): { channel: StoredChannel; user: StoredUser } {
  const channel = world.channels.get(where.id);
  const user = world.users.get(who.id);
  if (channel === undefined) throw new Error(`there is no channel ${where.name}`);
  if (user === undefined) throw new Error(`there is no user ${who.name}`);
  return { channel, user };
}

function canSee(world: World, channel: StoredChannel, userId: string): boolean {
  const guild = guildOf(world, channel);
  if (guild === undefined) return channel.recipientId === userId;
  if (!guild.joined || !guild.available) return false;
  return has(channelPermissions(guild, channel, userId), PERMISSION.VIEW_CHANNEL);
}
