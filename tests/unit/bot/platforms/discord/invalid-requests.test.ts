import { describe, expect, it } from 'vitest';
import { createInvalidRequests } from '../../../../../src/bot/platforms/discord/invalid-requests.ts';
import { InstantClock } from '../../../../fakes/instant-clock.ts';
import { RecordingLogger } from '../../../../fakes/recording-logger.ts';

function setUp() {
  const clock = new InstantClock();
  const log = new RecordingLogger();
  const invalid = createInvalidRequests(clock, log);
  const seeMany = (count: number) => {
    for (let index = 0; index < count; index += 1) invalid.seen();
  };
  return { clock, log, invalid, seeMany };
}

describe('what Discord counts towards a ban', () => {
  it('holds messages from half of what is allowed on, until there is room again', () => {
    const { clock, invalid, seeMany } = setUp();
    seeMany(2_000);
    clock.advance(300_000);
    seeMany(2_999);
    expect(invalid.heldMs()).toBe(0);
    invalid.seen();
    expect(invalid.heldMs()).toBe(300_000);
    clock.advance(299_999);
    expect(invalid.heldMs()).toBe(1);
    clock.advance(1);
    expect(invalid.heldMs()).toBe(0);
  });

  it('lets the hold begin again only after many more, and says each hold once', () => {
    const { clock, log, invalid, seeMany } = setUp();
    for (let index = 0; index < 6_000; index += 1) {
      clock.advance(50);
      invalid.seen();
      invalid.heldMs();
    }
    expect(log.lines.map(({ level }) => level)).toEqual(['error']);
    clock.advance(invalid.heldMs());
    expect(invalid.heldMs()).toBe(0);
    seeMany(400);
    expect(invalid.heldMs()).toBe(0);
    seeMany(200);
    expect(invalid.heldMs()).toBeGreaterThan(0);
    expect(log.lines).toHaveLength(2);
  });

  it('never holds what comes slowly enough', () => {
    const { clock, invalid } = setUp();
    for (let index = 0; index < 20_000; index += 1) {
      clock.advance(130);
      invalid.seen();
      expect(invalid.heldMs()).toBe(0);
    }
  });
});
