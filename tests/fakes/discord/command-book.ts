import { isDeepStrictEqual } from 'node:util';
import { known } from './api-error.ts';
import { readCommand } from './command-form.ts';
import { formErrors } from './form-errors.ts';
import { type Json, record } from './json.ts';
import type { World } from './world.ts';

const MAX_COMMANDS = 100;
const MAX_CREATES_PER_DAY = 200;
const DAY_MS = 86_400_000;

/** The commands of one place: all servers, or one server. */
export interface CommandBook {
  list(): readonly Json[];
  get(id: string): Json;
  /** Replaces all; commands keep their id by name, and their version when nothing changed. */
  replace(value: unknown): readonly Json[];
  /** Adds, or replaces the one of this name. */
  put(value: unknown): { command: Json; created: boolean };
  edit(id: string, value: unknown): Json;
  remove(id: string): void;
}

export function commandBook(world: World, guildId: string | undefined): CommandBook {
  let commands: Json[] = [];
  const creates: number[] = [];

  function keyed(command: Json, before: Json | undefined): Json {
    const { id, version, ...rest } = before ?? {};
    const own = {
      application_id: world.applicationId,
      ...(guildId === undefined ? {} : { guild_id: guildId }),
      ...command,
    };
    if (before === undefined) countCreate();
    const isSame = before !== undefined && isDeepStrictEqual(rest, own);
    return { id: id ?? world.nextId(), version: isSame ? version : world.nextId(), ...own };
  }

  function countCreate(): void {
    const now = world.now();
    while (creates[0] !== undefined && now - creates[0] >= DAY_MS) creates.shift();
    if (creates.length >= MAX_CREATES_PER_DAY) throw known(30034);
    creates.push(now);
  }

  const named = (command: Json) =>
    commands.find((one) => one['name'] === command['name'] && one['type'] === command['type']);

  function get(id: string): Json {
    const found = commands.find((one) => one['id'] === id);
    if (found === undefined) throw known(10063);
    return found;
  }

  return {
    list: () => commands,
    get,
    replace(value) {
      const form = formErrors();
      if (!Array.isArray(value)) {
        form.add([], 'LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType');
        form.check();
        return commands;
      }
      if (value.length > MAX_COMMANDS) throw known(30032);
      const read = value.map((one, index) => readCommand(form, [index], one));
      const names = read.map((one) => `${String(one['type'])} ${String(one['name'])}`);
      if (new Set(names).size !== names.length) {
        form.add(
          [],
          'APPLICATION_COMMANDS_DUPLICATE_NAME',
          'Application command names must be unique',
        );
      }
      form.check();
      commands = read.map((one) => keyed(one, named(one)));
      return commands;
    },
    put(value) {
      const form = formErrors();
      const read = readCommand(form, [], value);
      form.check();
      const before = named(read);
      if (before === undefined && commands.length >= MAX_COMMANDS) throw known(30032);
      const command = keyed(read, before);
      commands = [...commands.filter((one) => one !== before), command];
      return { command, created: before === undefined };
    },
    edit(id, value) {
      const before = get(id);
      const form = formErrors();
      const read = readCommand(form, [], { ...before, ...record(value), type: before['type'] });
      form.check();
      const command = keyed(read, before);
      commands = commands.map((one) => (one === before ? command : one));
      return command;
    },
    remove(id) {
      const found = get(id);
      commands = commands.filter((one) => one !== found);
    },
  };
}

/** The books of all places, made when first asked for. */
export interface CommandBooks {
  of(guildId?: string): CommandBook;
  /** What a person in this place may see; those of the server come first. */
  find(name: string, guildId: string | undefined): Json | undefined;
}

export function commandBooks(world: World): CommandBooks {
  const books = new Map<string, CommandBook>();
  function of(guildId?: string): CommandBook {
    const found = books.get(guildId ?? '');
    if (found !== undefined) return found;
    const book = commandBook(world, guildId);
    books.set(guildId ?? '', book);
    return book;
  }
  const byName = (book: CommandBook, name: string) =>
    book.list().find((one) => one['name'] === name && one['type'] === 1);
  return {
    of,
    find: (name, guildId) =>
      (guildId === undefined ? undefined : byName(of(guildId), name)) ?? byName(of(), name),
  };
}
