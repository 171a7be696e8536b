import { describeGreeting } from '../../alerts/describe-greeting.ts';
import type { OutgoingMessage } from '../../alerts/model.ts';
import type { EpochMs } from '../../ports.ts';
import type { Store } from '../../store/store.ts';
import type { Inbox } from '../platforms/platform.ts';
import { shortLine } from '../text/short-line.ts';

interface PlaceParts {
  store: Pick<Store, 'places' | 'inbound'>;
  now(): EpochMs;
  /** A fresh id with each call, at most 25 characters. */
  nextId(): string;
  /** Delivery of this platform has something new to do. */
  wake(platform: string): void;
}

/** A greeting that could not be sent for so long would only surprise. */
const GREETING_EXPIRY_MS = 3_600_000;
/** Nobody waits longer for an answer. */
const REPLY_EXPIRY_MS = 120_000;
const LONGEST_REASON = 200;

/** What platforms tell of themselves: where the bot is, what they have read, what is to be said. */
export function createPlaceEvents(
  parts: PlaceParts,
): Pick<
  Inbox,
  'joined' | 'left' | 'places' | 'moved' | 'isSameBot' | 'knownBot' | 'position' | 'commit'
> {
  const { store, now, nextId, wake } = parts;

  /** Severity 0: without sound, and after everything that is urgent. */
  function quietMessage(
    kind: 'greeting' | 'reply',
    expiryMs: number,
    rest: Pick<OutgoingMessage, 'chat' | 'doc' | 'replyTo'>,
    id = nextId(),
  ): OutgoingMessage {
    const createdAt = now();
    return {
      id,
      groupId: `${kind}-${id}`,
      sequence: 1,
      severity: 0,
      kind,
      createdAt,
      expiresAt: createdAt + expiryMs,
      ...rest,
    };
  }

  return {
    async joined(chat, { greet }) {
      const { platform, chatId } = chat;
      const greeting = greet
        ? quietMessage('greeting', GREETING_EXPIRY_MS, { chat, doc: describeGreeting() })
        : undefined;
      const isNew = await store.places.enter({ platform, chatId }, now(), greeting);
      if (isNew && greet) wake(platform);
    },
    async left({ platform, chatId }, reason) {
      await store.places.leave({ platform, chatId }, shortLine(reason, LONGEST_REASON), now());
    },
    places: (platform) => store.places.known(platform),
    async moved({ platform, chatId }, toChatId) {
      await store.places.move({ platform, chatId }, toChatId, now());
    },
    isSameBot: (platform, botId) => store.inbound.isSameBot(platform, botId),
    knownBot: (platform) => store.inbound.knownBot(platform),
    position: (platform) => store.inbound.position(platform),
    async commit(platform, position, replies) {
      const messages = replies.map(({ chat, doc, replyTo, key }) =>
        quietMessage(
          'reply',
          REPLY_EXPIRY_MS,
          { chat, doc, ...(replyTo === undefined ? {} : { replyTo }) },
          key === undefined ? undefined : `${platform}-${key}`,
        ),
      );
      await store.inbound.commit(platform, position, messages);
      if (messages.length > 0) wake(platform);
    },
  };
}
