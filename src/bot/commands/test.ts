import { describeTest } from '../../alerts/describe-test.ts';
import type { MessageDoc } from '../../alerts/message-doc.ts';
import { CommandError } from '../../errors.ts';
import type { Reading } from '../../signals/model/reading.ts';
import { statesOf } from '../answers/known-assets.ts';
import { missingPermissionBlocks } from '../answers/missing-permissions.ts';
import { readingsOf } from '../answers/overview.ts';
import { type CommandContext, defineCommand } from './define.ts';

const EXPIRY_MS = 10 * 60_000;
/** Least time between two in a chat. */
const INTERVAL_MS = 60_000;
/** As high: with sound, and before everything but critical alerts. */
const SEVERITY = 2;
/** Answers lie between; nobody gets more of them within a minute. */
const MOST_ROWS = 100;
const MOST_TRIED = 10;

/** `/test`: a test alert on the way every alert takes, so that somebody sees that it arrives. */
export const testCommand = defineCommand({
  name: 'test',
  summary: 'Send a test alert to this chat, on the way real alerts take',
  options: [],
  access: 'manage',
  examples: ['test'],
  async run(context): Promise<MessageDoc> {
    const { store, chat } = context;
    const now = context.now();
    const recent = await store.outbox.ofChat(chat, MOST_ROWS);
    if (recent.some(({ kind, createdAt }) => kind === 'test' && now - createdAt < INTERVAL_MS)) {
      throw new CommandError(
        'A test alert was sent less than a minute ago: /deliveries shows what became of it.',
      );
    }
    const id = context.nextId();
    await store.outbox.enqueue([
      {
        id,
        chat,
        groupId: `test-${id}`,
        sequence: 1,
        severity: SEVERITY,
        kind: 'test',
        doc: describeTest(await readingToShow(context), now, context.sourceTitles ?? new Map()),
        createdAt: now,
        expiresAt: now + EXPIRY_MS,
      },
    ]);
    context.wake?.();
    return {
      title: 'A test alert is on its way',
      tone: 'info',
      blocks: [
        ...(await missingPermissionBlocks(context)),
        {
          kind: 'text',
          text: 'It takes the way of every alert and should be here in a moment. /deliveries shows what became of it.',
        },
      ],
    };
  },
});

/** Of the chat's first coin that has one, else of a default coin; undefined while warming up. */
async function readingToShow({
  store,
  chat,
  settings,
}: CommandContext): Promise<Reading | undefined> {
  const subscribed = await store.subscriptions.ofChat(chat);
  const named = subscribed.flatMap(({ asset }) => (asset === '*' ? [] : [asset]));
  const assets = [...new Set([...named.slice(0, MOST_TRIED), ...settings.defaultAssets])];
  return readingsOf(await statesOf(store.readings, assets))[0];
}
