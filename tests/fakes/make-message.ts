import type { MessageDoc } from '../../src/alerts/message-doc.ts';
import type { OutgoingMessage } from '../../src/alerts/model.ts';

export function makeDoc(overrides: Partial<MessageDoc> = {}): MessageDoc {
  return {
    title: 'ETH down 72/100 high',
    tone: 'high',
    blocks: [{ kind: 'text', text: 'A 3.1 % fall would force about $200m of sales.' }],
    footer: '3 of 3 venues, oldest 40 s',
    ...overrides,
  };
}

/** A warning to the terminal, an hour to live. */
export function makeMessage(overrides: Partial<OutgoingMessage> = {}): OutgoingMessage {
  const createdAt = overrides.createdAt ?? Date.UTC(2026, 0, 1);
  return {
    id: 'm1',
    chat: { platform: 'scripted', chatId: 'a' },
    groupId: 'g1',
    sequence: 1,
    severity: 2,
    kind: 'raise',
    doc: makeDoc(),
    createdAt,
    expiresAt: createdAt + 3_600_000,
    ...overrides,
  };
}
