import type { FakeFile } from './api.ts';
import { known } from './api-error.ts';
import { readComponents } from './components.ts';
import { readEmbeds } from './embeds.ts';
import { type FormErrors, formErrors, listField, type Path, textField } from './form-errors.ts';
import { type Json, record } from './json.ts';
import { type AllowedMentions, readAllowedMentions } from './mentions.ts';

export const FLAG = {
  CROSSPOSTED: 1,
  SUPPRESS_EMBEDS: 4,
  EPHEMERAL: 64,
  LOADING: 128,
  SILENT: 4096,
} as const;

/** A body as Discord understood it. Absent keys leave things as they are when editing. */
export interface MessageDraft {
  content?: string;
  embeds?: Json[];
  components?: unknown[];
  flags: number;
  allowed?: AllowedMentions;
  nonce?: string;
  enforceNonce: boolean;
  reference?: { messageId: string; failIfNotExists: boolean };
  /** Ids of files of the message that stay; absent: not said. */
  kept?: string[];
  newFiles: FakeFile[];
}

/** Reads and checks a message body; throws 50035 with every mistake at its place. */
export function readDraft(
  body: unknown,
  files: ReadonlyMap<string, FakeFile>,
  prefix: Path = [],
): MessageDraft {
  const form = formErrors(prefix);
  const json = record(body);
  const draft: MessageDraft = {
    flags: Number(json['flags'] ?? 0),
    enforceNonce: json['enforce_nonce'] === true,
    newFiles: [],
  };
  if (json['content'] !== undefined) {
    draft.content = textField(form, ['content'], json['content'], { max: 2000 }) ?? '';
  }
  if (json['embeds'] !== undefined) draft.embeds = readEmbeds(form, json['embeds']);
  if (json['components'] !== undefined) {
    draft.components = readComponents(form, json['components']);
  }
  const allowed = readAllowedMentions(form, json['allowed_mentions']);
  if (allowed !== undefined) draft.allowed = allowed;
  readNonce(form, json['nonce'], draft);
  readReference(form, json['message_reference'], draft);
  readAttachments(form, json['attachments'], files, draft);
  form.check();
  return draft;
}

/** Throws 50006 when nothing of the draft would be seen. */
export function refuseEmpty(draft: MessageDraft): void {
  const seen =
    (draft.content ?? '') !== '' ||
    (draft.embeds ?? []).length > 0 ||
    (draft.components ?? []).length > 0 ||
    draft.newFiles.length > 0;
  if (!seen) throw known(50006);
}

function readNonce(form: FormErrors, value: unknown, draft: MessageDraft): void {
  if (value === undefined || value === null) return;
  if (typeof value !== 'string' && !Number.isInteger(value)) {
    form.add(['nonce'], 'NONCE_TYPE_INVALID_TYPE', 'This field must be a string or an integer');
  } else if (String(value).length > 25) {
    form.add(['nonce'], 'NONCE_TYPE_TOO_LONG', 'Nonce must be 25 or fewer in length.');
  } else {
    draft.nonce = String(value);
  }
}

function readReference(form: FormErrors, value: unknown, draft: MessageDraft): void {
  if (value === undefined || value === null) return;
  const reference = record(value);
  const id = reference['message_id'];
  if (typeof id !== 'string' || !/^\d{1,20}$/.test(id)) {
    form.add(
      ['message_reference', 'message_id'],
      'NUMBER_TYPE_COERCE',
      `Value "${String(id)}" is not snowflake.`,
    );
    return;
  }
  draft.reference = { messageId: id, failIfNotExists: reference['fail_if_not_exists'] !== false };
}

function readAttachments(
  form: FormErrors,
  value: unknown,
  files: ReadonlyMap<string, FakeFile>,
  draft: MessageDraft,
): void {
  const entries = listField(form, ['attachments'], value, { max: 10 }).map(record);
  if (value !== undefined && value !== null) draft.kept = [];
  const names = new Map<string, string>();
  for (const entry of entries) {
    const id = String(entry['id'] ?? '');
    if (!files.has(id)) draft.kept?.push(id);
    else if (typeof entry['filename'] === 'string') names.set(id, entry['filename']);
  }
  for (const [id, file] of files) {
    draft.newFiles.push({ name: names.get(id) ?? file.name, bytes: file.bytes });
  }
}
