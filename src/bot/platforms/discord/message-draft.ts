import type { RawFile } from 'discord.js';
import type { MessageDoc } from '../../../alerts/message-doc.ts';
import type { ChatRef } from '../../../alerts/model.ts';
import { shortLine } from '../../text/short-line.ts';
import { type ButtonRow, buttonRows } from './buttons.ts';
import { type DiscordEmbed, discordEmbed } from './discord-embed.ts';
import { plainContent } from './plain-content.ts';

const CHART_NAME = 'chart.png';
/** Of a picture's description for people who do not see it; Discord takes 1024. */
const MOST_DESCRIPTION = 500;

/** What a message shows, for posts and edits of channels and interactions alike. */
export interface DraftBody {
  content: string;
  embeds: DiscordEmbed[];
  components: ButtonRow[];
  /** Files not named here leave an edited message; absent: they stay. */
  attachments?: { id: number; filename: string; description: string }[];
  /** Nothing pings, whatever stands in the text; `roles`: but these. */
  allowed_mentions: { parse: never[]; roles?: string[] };
}

export interface Draft {
  body: DraftBody;
  files: RawFile[];
}

/** Said where embeds or pictures were left out for want of a permission. */
export const PLAIN_NOTE =
  '-# I need the permissions to embed links and attach files here; without them this is all I can show.';

/** The document as it should look: an embed with its chart, and buttons. */
export function fullDraft(chat: ChatRef, doc: MessageDoc, png?: Uint8Array): Draft {
  const image = png === undefined ? undefined : `attachment://${CHART_NAME}`;
  const description = shortLine(`Chart: ${doc.title}`, MOST_DESCRIPTION);
  return {
    body: {
      content: '',
      embeds: [discordEmbed(doc, image)],
      components: buttonRows(chat, doc.actions),
      attachments: png === undefined ? [] : [{ id: 0, filename: CHART_NAME, description }],
      allowed_mentions: { parse: [] },
    },
    files: png === undefined ? [] : [{ name: CHART_NAME, data: png, contentType: 'image/png' }],
  };
}

/** The same in letters only, for when the full form is refused. */
export function plainDraft(chat: ChatRef, doc: MessageDoc, note?: string): Draft {
  return {
    body: {
      content: plainContent(doc, note),
      embeds: [],
      components: buttonRows(chat, doc.actions),
      attachments: [],
      allowed_mentions: { parse: [] },
    },
    files: [],
  };
}

/** Words for a message that has lost its embed; a picture beside it stays. */
export function wordsDraft(chat: ChatRef, doc: MessageDoc): Draft {
  const { body, files } = plainDraft(chat, doc, PLAIN_NOTE);
  const { attachments: _, ...rest } = body;
  return { body: rest, files };
}
