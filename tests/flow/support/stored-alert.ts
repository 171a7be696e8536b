import type { ChatRef, OutgoingMessage } from '../../../src/alerts/model.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { makeDoc, makeMessage } from '../../fakes/make-message.ts';

/** Alerts waiting in the database of a program that does not run. */
export async function storeAlerts(
  database: string,
  now: number,
  alerts: readonly { id: string; chat: ChatRef; title: string }[],
): Promise<void> {
  const store = await openStore({ url: database });
  try {
    await store.outbox.enqueue(
      alerts.map(
        ({ id, chat, title }): OutgoingMessage =>
          makeMessage({
            id,
            chat,
            groupId: `g-${id}`,
            doc: makeDoc({ title }),
            createdAt: now,
            // The market's time runs fast.
            expiresAt: now + 30 * 86_400_000,
          }),
      ),
    );
  } finally {
    await store.close();
  }
}
