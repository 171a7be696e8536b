import { describe, expect, it } from 'vitest';
import { CHAT, makeMessage } from './builders.ts';
import type { MakeDatabase } from './store-contract.ts';

export function describeInbound(makeDatabase: MakeDatabase): void {
  describe('the position in the updates of a platform', () => {
    it('is kept a platform and never goes back', async () => {
      const { inbound } = await (await makeDatabase())();
      expect(await inbound.position('telegram')).toBeUndefined();
      await inbound.commit('telegram', 0, []);
      expect(await inbound.position('telegram')).toBe(0);
      await inbound.commit('telegram', 900, []);
      await inbound.commit('telegram', 899, []);
      await inbound.commit('other', 3, []);
      expect(await inbound.position('telegram')).toBe(900);
      expect(await inbound.position('other')).toBe(3);
    });

    it('is stored with the answers or not at all, and an answer once', async () => {
      const { inbound, outbox } = await (await makeDatabase())();
      const reply = makeMessage({ id: 'r1', kind: 'reply', replyTo: '5' });
      await inbound.commit('telegram', 10, [reply]);
      await inbound.commit('telegram', 10, [reply]);
      const bad = makeMessage({ id: 'r2', severity: Number.NaN });
      const good = makeMessage({ id: 'r3' });
      await expect(inbound.commit('telegram', 11, [good, bad])).rejects.toThrow();
      expect(await inbound.position('telegram')).toBe(10);
      expect(await outbox.ofChat(CHAT, 9)).toMatchObject([{ id: 'r1', replyTo: '5' }]);
    });
  });

  describe('the bot of a platform', () => {
    it('is the first that asked, for good, and a platform has its own', async () => {
      const open = await makeDatabase();
      const store = await open();
      expect(await store.inbound.knownBot('telegram')).toBeUndefined();
      expect(await store.inbound.isSameBot('telegram', '123')).toBe(true);
      expect(await store.inbound.isSameBot('telegram', '124')).toBe(false);
      expect(await store.inbound.isSameBot('discord', '124')).toBe(true);
      await store.close();
      const { inbound } = await open();
      expect(await inbound.isSameBot('telegram', '124')).toBe(false);
      expect(await inbound.isSameBot('telegram', '123')).toBe(true);
      expect(await inbound.knownBot('telegram')).toBe('123');
    });
  });
}
