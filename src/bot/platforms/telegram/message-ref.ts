/** A message of a chat: edits need to know whether it is a photo with a caption or a text. */
export interface MessageRef {
  kind: 'photo' | 'text';
  messageId: number;
}

/** As `platformMessageId`: `p123` a photo, `t123` a text. */
export function writeRef({ kind, messageId }: MessageRef): string {
  return `${kind === 'photo' ? 'p' : 't'}${messageId}`;
}

export function readRef(text: string): MessageRef | undefined {
  const found = /^([pt])([1-9]\d{0,15})$/.exec(text);
  if (found === null) return undefined;
  return { kind: found[1] === 'p' ? 'photo' : 'text', messageId: Number(found[2]) };
}

/** The message id in `p123`, `t123` or `123`. */
export function readMessageId(text: string): number | undefined {
  const found = /^[pt]?([1-9]\d{0,15})$/.exec(text);
  return found === null ? undefined : Number(found[1]);
}
