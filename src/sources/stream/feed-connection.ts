import { SourceError } from '../../errors.ts';
import type { Clock, Random } from '../../ports.ts';
import type { StreamBatch, StreamFeed } from '../kit/stream.ts';
import { createFeedReader } from './feed-reader.ts';
import type { FeedRecord } from './feed-status.ts';
import { createFrameQueue } from './frame-queue.ts';
import type { StreamLimits } from './limits.ts';
import type { OpenSocket, StreamSocket } from './open-socket.ts';
import { sleepUnless } from './pace.ts';

export interface ConnectionOptions {
  feed: StreamFeed;
  url: string;
  record: FeedRecord;
  clock: Clock;
  random: Random;
  limits: StreamLimits;
  open: OpenSocket;
  events(batch: StreamBatch): void;
  /** Ends the connection; `end.why` is `stopped` then. */
  signal: AbortSignal;
}

export interface ConnectionEnd {
  why: 'failed' | 'silent' | 'refused' | 'renewed' | 'stopped';
  error: SourceError;
  /** It had done its work: failures before it do not count any more. */
  steady: boolean;
}

/** One connection, from dialling to its end. Never rejects; its socket is gone when it resolves. */
export async function runConnection(options: ConnectionOptions): Promise<ConnectionEnd> {
  const { clock, feed, limits, record } = options;
  const life = new AbortController();
  const ended = Promise.withResolvers<Omit<ConnectionEnd, 'steady'>>();
  const byEvents = feed.aliveBy !== 'frames';
  let openedAt: number | undefined;
  let heardAt = clock.now();
  let sawEvents = false;
  let refusals = 0;
  let refusal: SourceError | undefined;

  function finish(why: ConnectionEnd['why'], error: SourceError): void {
    if (life.signal.aborted) return;
    ended.resolve({ why, error });
    life.abort();
  }

  /** Something that proves a feed of this kind alive. */
  function heard(): void {
    if (life.signal.aborted) return;
    heardAt = clock.now();
    record.alive();
  }

  function refuse(error: SourceError): void {
    refusals += 1;
    refusal = error;
    // One refused topic among others costs that topic only; when nothing is left, say so at once.
    const all = refusals >= Math.max(1, feed.subscribe.length);
    if (!sawEvents && (all || error.reason === 'rate-limited')) finish('refused', error);
  }

  const read = createFeedReader({
    feed,
    record,
    maxFrameBytes: limits.maxFrameBytes,
    now: () => clock.now(),
    send: (text) => socket?.send(text),
    refused: refuse,
    events(batch) {
      sawEvents = true;
      if (byEvents) heard();
      options.events(batch);
    },
  });
  const queue = createFrameQueue({
    limits,
    take(data) {
      const before = refusals;
      read(data);
      if (!byEvents && refusals === before) heard();
    },
    pause: () => socket?.pause(),
    resume: () => socket?.resume(),
  });

  let socket: StreamSocket | undefined;
  const stop = () => finish('stopped', new SourceError('unavailable', 'stopped'));
  options.signal.addEventListener('abort', stop, { once: true });
  try {
    record.dialled();
    if (options.signal.aborted) stop();
    else {
      socket = options.open(
        { url: options.url, headers: feed.headers ?? {}, maxFrameBytes: limits.maxFrameBytes },
        {
          opened() {
            openedAt = clock.now();
            heardAt = openedAt;
            void subscribe(feed, clock, life.signal, (text) => socket?.send(text));
            void keepSaying(options, life.signal, () => socket);
            void renew();
          },
          frame(data) {
            record.frame();
            if (!queue.push(data)) record.lostFrame();
          },
          heard() {
            if (!byEvents && openedAt !== undefined) heard();
          },
          ended: (error) => finish(error.retryable ? 'failed' : 'refused', error),
        },
        clock.now(),
      );
      void giveUpDialling();
      void watchSilence();
    }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    finish('refused', error);
  }
  const end = await ended.promise;
  options.signal.removeEventListener('abort', stop);
  // What came before the end is still read, but not while stopping.
  if (end.why === 'stopped') queue.close();
  socket?.terminate();
  const livedMs = openedAt === undefined ? 0 : clock.now() - openedAt;
  const steady = sawEvents || (!byEvents && livedMs >= limits.steadyAfterMs);
  return { ...end, steady };

  async function giveUpDialling(): Promise<void> {
    if (!(await sleepUnless(clock, limits.connectWithinMs, life.signal))) return;
    if (openedAt !== undefined) return;
    finish('failed', new SourceError('timeout', 'no handshake in time'));
  }

  async function watchSilence(): Promise<void> {
    let waitMs = feed.silentAfterMs;
    while (await sleepUnless(clock, waitMs, life.signal)) {
      waitMs = heardAt + feed.silentAfterMs - clock.now();
      if (waitMs > 0) continue;
      if (openedAt === undefined) waitMs = feed.silentAfterMs;
      else if (refusal !== undefined && !sawEvents) finish('refused', refusal);
      else finish('silent', silence(feed));
    }
  }

  async function renew(): Promise<void> {
    // Feeds of one start do not all come back in the same second.
    const afterMs = limits.renewAfterMs * (0.9 + options.random() / 10);
    if (!(await sleepUnless(clock, afterMs, life.signal))) return;
    finish('renewed', new SourceError('unavailable', 'planned renewal'));
  }
}

function silence(feed: StreamFeed): SourceError {
  const what = feed.aliveBy === 'frames' ? 'not a word' : 'no events';
  const seconds = Math.round(feed.silentAfterMs / 1000);
  return new SourceError('stale', `connected, but ${what} for ${seconds} s`);
}

async function subscribe(
  feed: StreamFeed,
  clock: Clock,
  signal: AbortSignal,
  send: (text: string) => void,
): Promise<void> {
  for (const [index, text] of feed.subscribe.entries()) {
    const pauseMs = index === 0 ? 0 : (feed.subscribeEveryMs ?? 0);
    if (pauseMs > 0 && !(await sleepUnless(clock, pauseMs, signal))) return;
    send(text);
  }
}

/** The venue's own words and protocol pings, until the connection ends. */
async function keepSaying(
  { clock, feed, limits }: ConnectionOptions,
  signal: AbortSignal,
  socket: () => StreamSocket | undefined,
): Promise<void> {
  const { ping } = feed;
  const words = async () => {
    if (ping === undefined) return;
    while (await sleepUnless(clock, ping.everyMs, signal)) socket()?.send(ping.text);
  };
  const pings = async () => {
    while (await sleepUnless(clock, limits.pingEveryMs, signal)) socket()?.ping();
  };
  await Promise.all([words(), pings()]);
}
