import { describe, expect, it } from 'vitest';
import { containChatErrors, isFromChatClient } from '../../src/stray-errors.ts';
import { RecordingLogger } from '../fakes/recording-logger.ts';

function thrownAt(...frames: string[]): Error {
  const error = new TypeError('Cannot read properties of undefined');
  error.stack = [String(error), ...frames.map((frame) => `    at ${frame}`)].join('\n');
  return error;
}

const IN_DISCORD = 'GuildCreate.handle (/app/node_modules/discord.js/src/client/x.js:1:2)';
const IN_WS = 'WebSocket.emit (/app/node_modules/ws/lib/websocket.js:1:2)';
const OURS = 'collect (file:///app/src/pipeline/collect.ts:1:2)';

describe('an error nobody caught', () => {
  it('of a chat client leaves the process up and is logged', () => {
    const log = new RecordingLogger();
    const contain = containChatErrors(log);
    expect(contain(thrownAt('Map.get (<anonymous>)', IN_DISCORD, IN_WS))).toBe(true);
    expect(contain(thrownAt('Socket.emit (node:events:519:28)', IN_WS))).toBe(true);
    // Where, but not what it said: that may quote what people wrote.
    expect(log.lines.map(({ fields }) => fields['cause'])).toEqual([
      'TypeError at x.js:1',
      'TypeError at websocket.js:1',
    ]);
  });

  it('of our own code ends it, even when a chat client called that code', () => {
    const log = new RecordingLogger();
    expect(containChatErrors(log)(thrownAt(OURS, IN_DISCORD))).toBe(false);
    expect(log.lines).toHaveLength(0);
  });

  it('without a stack, or of another package, is nobody’s: the process ends', () => {
    expect(isFromChatClient('thrown text')).toBe(false);
    expect(isFromChatClient(thrownAt('read (/app/node_modules/kysely/dist/x.js:1:2)'))).toBe(false);
    expect(isFromChatClient(thrownAt('Timeout.run (node:internal/timers:1:2)'))).toBe(false);
  });
});
