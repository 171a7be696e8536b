import { z } from 'zod';

export interface SentMessage {
  id: string;
  /** False: nothing to read is left of it, as its embed was dropped. */
  isReadable: boolean;
}

const messageSchema = z.object({
  id: z.string().regex(/^\d{1,20}$/),
  content: z.string().optional(),
  embeds: z.array(z.unknown()).optional(),
});

/** A message as Discord stored it; undefined when the answer is none. */
export function readSentMessage(answer: unknown): SentMessage | undefined {
  const read = messageSchema.safeParse(answer);
  if (!read.success) return undefined;
  const { id, content = '', embeds = [] } = read.data;
  // A mention of a role alone says nothing.
  const words = content.replace(/<@&\d+>/g, '').trim();
  return { id, isReadable: embeds.length > 0 || words !== '' };
}
