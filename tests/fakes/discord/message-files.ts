import type { FakeFile } from './api.ts';
import { formErrors } from './form-errors.ts';
import { isRecord, type Json, record } from './json.ts';
import type { MessageDraft } from './message-draft.ts';
import type { StoredFile, StoredMessage, World } from './world.ts';

/** Uploaded files with the address the CDN gives them. */
export function storeFiles(
  world: World,
  channelId: string,
  files: readonly FakeFile[],
): StoredFile[] {
  return files.map((file) => {
    const id = world.nextId();
    // What Discord does to names: anything unusual becomes an underscore.
    const name = file.name.replace(/[^\w.-]/g, '_');
    return {
      id,
      name,
      bytes: file.bytes,
      url: `${world.cdnUrl}/attachments/${channelId}/${id}/${name}`,
      embedded: false,
    };
  });
}

/**
 * The files of a message after an edit. Without `attachments` all stay, unless new ones were sent
 * (API v10 then drops the old ones: discord-api-docs issue 5170); an unknown id is refused.
 */
export function filesAfterEdit(
  world: World,
  message: StoredMessage,
  draft: MessageDraft,
): StoredFile[] {
  const fresh = storeFiles(world, message.channelId, draft.newFiles);
  if (draft.kept === undefined) return fresh.length > 0 ? fresh : message.files;
  const form = formErrors();
  const kept = draft.kept.flatMap((id, index) => {
    const file = message.files.find((one) => one.id === id);
    if (file === undefined) {
      form.add(['attachments', index], 'ATTACHMENT_NOT_FOUND', 'Attachment data not found');
      return [];
    }
    return [file];
  });
  form.check();
  return [...kept, ...fresh];
}

/**
 * Embeds with `attachment://name` turned into addresses; files used so are marked and leave the
 * list of attachments. `before`: files the message had; those an embed still shows stay.
 */
export function resolveImages(
  embeds: readonly Json[],
  files: readonly StoredFile[],
  before: readonly StoredFile[],
): { embeds: Json[]; files: StoredFile[] } {
  const shown = new Set<string>();
  const resolve = (url: unknown): unknown => {
    if (typeof url !== 'string') return url;
    const name = url.startsWith('attachment://') ? url.slice('attachment://'.length) : undefined;
    const file = files.find((one) => (name === undefined ? one.url === url : one.name === name));
    const found = file ?? before.find((one) => one.url === url);
    if (found === undefined) return url;
    shown.add(found.id);
    return found.url;
  };
  const resolved = embeds.map((embed) => withImages(embed, resolve));
  const old = before.filter((one) => shown.has(one.id) && !files.some((f) => f.id === one.id));
  return {
    embeds: resolved,
    files: [...files, ...old].map((file) => ({ ...file, embedded: shown.has(file.id) })),
  };
}

function withImages(embed: Json, resolve: (url: unknown) => unknown): Json {
  const copy: Json = { ...embed };
  for (const [name, key] of [
    ['image', 'url'],
    ['thumbnail', 'url'],
    ['footer', 'icon_url'],
    ['author', 'icon_url'],
  ] as const) {
    if (!isRecord(copy[name]) || !(key in copy[name])) continue;
    copy[name] = { ...record(copy[name]), [key]: resolve(copy[name][key]) };
  }
  return copy;
}
