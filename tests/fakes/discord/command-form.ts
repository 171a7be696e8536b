import { choiceError, type FormErrors, listField, type Path, textField } from './form-errors.ts';
import { isRecord, type Json, lengthOf, list, record } from './json.ts';

const CHAT_INPUT = 1;
const SUB_COMMANDS = [1, 2];
const TEXT = 3;
/** Types that can have choices or autocomplete: text, whole number, number. */
const VALUES = [3, 4, 10];
const MAX_CHARACTERS = 8000;

/** Lower case letters of any script, digits, hyphen, underscore; 1-32 of them. */
const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;

/** A command as Discord would store it, without ids; what is wrong goes to `form` below `path`. */
export function readCommand(form: FormErrors, path: Path, value: unknown): Json {
  const given = record(value);
  const type = Number(given['type'] ?? CHAT_INPUT);
  if (![1, 2, 3].includes(type)) choiceError(form, [...path, 'type'], [1, 2, 3]);
  const isChatInput = type === CHAT_INPUT;
  readName(form, [...path, 'name'], given['name'], isChatInput);
  readDescription(form, [...path, 'description'], given['description'], isChatInput);
  const options = readOptions(form, path, given['options']);
  const characters = charactersOf({ ...given, options });
  if (characters > MAX_CHARACTERS) {
    form.add(
      path,
      'APPLICATION_COMMAND_TOO_LARGE',
      `Command exceeds maximum size (${MAX_CHARACTERS})`,
    );
  }
  const command: Json = {
    type,
    name: given['name'],
    name_localizations: given['name_localizations'] ?? null,
    description: isChatInput ? given['description'] : '',
    description_localizations: given['description_localizations'] ?? null,
    default_member_permissions: memberPermissions(form, path, given['default_member_permissions']),
    dm_permission: given['dm_permission'] ?? true,
    nsfw: given['nsfw'] === true,
    contexts: choices(form, [...path, 'contexts'], given['contexts'], [0, 1, 2]) ?? null,
    integration_types: choices(
      form,
      [...path, 'integration_types'],
      given['integration_types'],
      [0, 1],
    ) ?? [0],
  };
  if (options.length > 0) command['options'] = options;
  return command;
}

function readName(form: FormErrors, path: Path, value: unknown, isChatInput: boolean): void {
  const name = textField(form, path, value, { min: 1, max: 32, required: true });
  if (name === undefined || !isChatInput) return;
  if (!NAME.test(name) || name !== name.toLowerCase()) {
    form.add(path, 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid');
  }
}

function readDescription(form: FormErrors, path: Path, value: unknown, isChatInput: boolean) {
  if (isChatInput) textField(form, path, value, { min: 1, max: 100, required: true });
  else if (value !== undefined && value !== '') {
    form.add(
      path,
      'APPLICATION_COMMAND_DESCRIPTION_CANNOT_BE_SET',
      'Context menu commands cannot have description',
    );
  }
}

/** A string of digits or null; a number is refused here because real bits do not fit into one. */
function memberPermissions(form: FormErrors, path: Path, value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' && /^\d+$/.test(value)) return value;
  form.add(
    [...path, 'default_member_permissions'],
    'NUMBER_TYPE_COERCE',
    `Value "${String(value)}" is not int.`,
  );
  return null;
}

function choices(form: FormErrors, path: Path, value: unknown, allowed: readonly number[]) {
  if (value === undefined || value === null) return undefined;
  const given = listField(form, path, value, { min: 1, max: allowed.length });
  if (new Set(given).size !== given.length) {
    form.add(path, 'SET_TYPE_ALREADY_CONTAINS_VALUE', 'The set already contains this value');
  }
  given.forEach((one, index) => {
    if (!allowed.includes(Number(one))) choiceError(form, [...path, index], allowed);
  });
  return given;
}

function readOptions(form: FormErrors, parent: Path, value: unknown): Json[] {
  const path = [...parent, 'options'];
  const names = new Set<unknown>();
  let optionalSeen = false;
  return listField(form, path, value, { max: 25 }).map((one, index) => {
    const option = record(one);
    const at = [...path, index];
    if (names.has(option['name'])) {
      form.add(
        at,
        'APPLICATION_COMMAND_OPTIONS_NAME_INVALID',
        'Option name must be unique within the command',
      );
    }
    names.add(option['name']);
    const isRequired = option['required'] === true;
    if (isRequired && optionalSeen) {
      form.add(
        at,
        'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
        'Required options must be placed before non-required options',
      );
    }
    if (!isRequired) optionalSeen = true;
    return readOption(form, at, option);
  });
}

function readOption(form: FormErrors, path: Path, option: Json): Json {
  const type = Number(option['type']);
  readName(form, [...path, 'name'], option['name'], true);
  readDescription(form, [...path, 'description'], option['description'], true);
  if (!Number.isInteger(type) || type < 1 || type > 11) {
    choiceError(form, [...path, 'type'], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  }
  const kept: Json = { type, name: option['name'], description: option['description'] };
  if (option['required'] === true) kept['required'] = true;
  const inner = SUB_COMMANDS.includes(type) ? readOptions(form, path, option['options']) : [];
  if (inner.length > 0) kept['options'] = inner;
  const given = readChoices(form, path, option, type);
  if (given.length > 0) kept['choices'] = given;
  if (option['autocomplete'] === true) {
    if (!VALUES.includes(type) || given.length > 0) {
      form.add(
        [...path, 'autocomplete'],
        'APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID',
        'Autocomplete needs a string, integer or number option without choices',
      );
    }
    kept['autocomplete'] = true;
  }
  for (const key of ['min_length', 'max_length', 'min_value', 'max_value', 'channel_types']) {
    if (option[key] !== undefined) kept[key] = option[key];
  }
  return kept;
}

function readChoices(form: FormErrors, parent: Path, option: Json, type: number): Json[] {
  const path = [...parent, 'choices'];
  const given = listField(form, path, option['choices'], { max: 25 }).map(record);
  if (given.length > 0 && !VALUES.includes(type)) {
    form.add(path, 'APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID', 'This type has no choices');
  }
  given.forEach((choice, index) => {
    textField(form, [...path, index, 'name'], choice['name'], { min: 1, max: 100, required: true });
    if (type === TEXT) {
      textField(form, [...path, index, 'value'], choice['value'], { max: 100, required: true });
    } else if (typeof choice['value'] !== 'number') {
      form.add([...path, index, 'value'], 'NUMBER_TYPE_COERCE', 'The value is not a number.');
    }
  });
  return given;
}

/** Names, descriptions and choice values, all together. */
function charactersOf(part: unknown): number {
  if (!isRecord(part)) return 0;
  let sum = 0;
  for (const key of ['name', 'description', 'value']) {
    if (typeof part[key] === 'string') sum += lengthOf(part[key]);
  }
  const inner = [...list(part['options']), ...list(part['choices'])];
  return inner.reduce<number>((total, one) => total + charactersOf(one), sum);
}
