import { kindOfError, SourceError } from '../../errors.ts';
import type { EpochMs } from '../../ports.ts';
import type { StreamBatch, StreamFeed } from '../kit/stream.ts';
import { decodeFrame } from './decode-frame.ts';
import type { FeedRecord } from './feed-status.ts';

export interface FeedReaderOptions {
  feed: StreamFeed;
  record: FeedRecord;
  maxFrameBytes: number;
  now(): EpochMs;
  send(text: string): void;
  events(batch: StreamBatch): void;
  refused(error: SourceError): void;
}

/** What becomes of one frame; nothing a venue sends makes it throw. */
export function createFeedReader(options: FeedReaderOptions): (data: Buffer) => void {
  const { feed, record, send } = options;
  const context = { now: options.now, reply: send };

  function readJson(value: unknown): void {
    try {
      const batch = feed.read(value, context);
      record.batch(batch);
      if (batch.marks.length + batch.liquidations.length > 0) options.events(batch);
    } catch (error) {
      if (error instanceof SourceError) {
        record.refusal();
        options.refused(error);
        return;
      }
      record.drop(`a frame its reader failed at: ${kindOfError(error)}`);
    }
  }

  return (data) => {
    const frame = decodeFrame(data, { gzip: feed.gzip === true, maxBytes: options.maxFrameBytes });
    if (frame.kind === 'ping') send('pong');
    else if (frame.kind === 'bad') record.drop(frame.why);
    else if (frame.kind === 'json') readJson(frame.value);
  };
}
