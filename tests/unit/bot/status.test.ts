import { expect, test } from 'vitest';
import { statusCommand } from '../../../src/bot/commands/status.ts';
import { parseText } from '../../../src/bot/options/parse-text.ts';
import type { StatusReport } from '../../../src/bot/status-report.ts';
import { assetId } from '../../../src/signals/assets.ts';
import { makeStatus } from '../../fakes/make-status.ts';
import { linesOf } from '../../fakes/message-lines.ts';
import { openTempStore } from '../../fakes/temp-store.ts';

async function lines(platforms: StatusReport['platforms']) {
  const doc = await statusCommand.run(
    {
      chat: { platform: 'console', chatId: 'terminal' },
      now: () => Date.UTC(2026, 0, 1),
      store: await openTempStore(),
      status: async () => makeStatus({ platforms }),
      commands: [],
      settings: {
        maxSubscriptionsPerChat: 4,
        maxSubscriptionsPerPlace: 6,
        defaultAssets: [assetId('BTC')],
      },
      nextId: () => 'id',
    },
    parseText(statusCommand, ''),
  );
  return linesOf(doc);
}

test('each platform says how its connection is, and why', async () => {
  const shown = await lines([
    { id: 'console', state: 'connected' },
    { id: 'discord', state: 'stopped', detail: 'the token was refused' },
  ]);
  expect(shown).toContain('console: connected');
  expect(shown).toContain('discord: stopped (the token was refused)');
});

test('what a connection says of itself is kept on one short line', async () => {
  const detail = `\u001b[31m502\n${'<html>'.repeat(500)}`;
  const line = (await lines([{ id: 'telegram', state: 'connecting', detail }])).find((text) =>
    text.startsWith('telegram'),
  );
  expect(line).toMatch(/^telegram: connecting \(\[31m502 <html>.*…\)$/);
  expect(line?.length).toBeLessThan(200);
});
