import type { MessageDoc } from '../../../src/alerts/message-doc.ts';

/** One message of the gallery. */
export interface GalleryItem {
  /** Of its file. */
  name: string;
  doc: MessageDoc;
  /** When it was posted, epoch ms. */
  at: number;
  /** What the message showed before, where it was edited. */
  before?: MessageDoc;
}
