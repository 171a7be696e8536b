import type { FormErrors } from './form-errors.ts';
import { isRecord, list } from './json.ts';

/** Read `allowed_mentions`; undefined: everything written pings. */
export interface AllowedMentions {
  users: 'all' | readonly string[];
  roles: 'all' | readonly string[];
  everyone: boolean;
  repliedUser: boolean;
}

const KINDS = ['users', 'roles', 'everyone'];

export function readAllowedMentions(form: FormErrors, value: unknown): AllowedMentions | undefined {
  if (value === undefined || value === null) return undefined;
  const path = ['allowed_mentions'];
  if (!isRecord(value)) {
    form.add(path, 'MODEL_TYPE_CONVERT', 'Only dictionaries may be used in a ModelType');
    return undefined;
  }
  const parse = list(value['parse']).map(String);
  for (const kind of parse) {
    if (KINDS.includes(kind)) continue;
    form.add(
      [...path, 'parse', parse.indexOf(kind)],
      'BASE_TYPE_CHOICES',
      `Value must be one of {'users', 'roles', 'everyone'}.`,
    );
  }
  const ids = (kind: 'users' | 'roles') => {
    const named = list(value[kind]).map(String);
    if (named.length > 0 && parse.includes(kind)) {
      form.add(
        path,
        'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
        `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`,
      );
    }
    if (named.length > 100) {
      form.add([...path, kind], 'BASE_TYPE_MAX_LENGTH', 'Must be 100 or fewer in length.');
    }
    return parse.includes(kind) ? 'all' : named;
  };
  return {
    users: ids('users'),
    roles: ids('roles'),
    everyone: parse.includes('everyone'),
    repliedUser: value['replied_user'] === true,
  };
}

export interface Pings {
  users: string[];
  roles: string[];
  everyone: boolean;
}

/** Who is pinged by a text; embeds never ping. `mayPingMany`: MENTION_EVERYONE, also for roles. */
export function pingsOf(
  content: string,
  allowed: AllowedMentions | undefined,
  mayPingMany: boolean,
): Pings {
  const found = (pattern: RegExp) => [
    ...new Set([...content.matchAll(pattern)].map((match) => match[1] ?? '')),
  ];
  const permitted = (ids: readonly string[], rule: 'all' | readonly string[] | undefined) =>
    ids.filter((id) => rule === undefined || rule === 'all' || rule.includes(id));
  const users = permitted(found(/<@!?(\d+)>/g), allowed?.users);
  const roles = permitted(found(/<@&(\d+)>/g), allowed?.roles);
  const everyone = /@(everyone|here)\b/.test(content) && (allowed?.everyone ?? true);
  return { users, roles: mayPingMany ? roles : [], everyone: everyone && mayPingMany };
}
