import { describe, expect, test } from 'vitest';
import { sendResultOf } from '../../../../../src/bot/platforms/telegram/outcome.ts';

const refused = (code: number, description: string, isEdit = false) =>
  sendResultOf({ kind: 'refused', code, description }, isEdit);

describe('what a refusal of Telegram means', () => {
  test.each([
    [403, 'Forbidden: bot was blocked by the user', false],
    [403, 'Forbidden: user is deactivated', false],
    [403, "Forbidden: bot can't initiate conversation with a user", false],
    [403, 'Forbidden: something nobody has seen yet', false],
    [403, 'Forbidden: bot was kicked from the supergroup chat', true],
    [403, 'Forbidden: bot is not a member of the channel chat', true],
    [403, 'Forbidden: the group chat was deleted', true],
    [400, 'Bad Request: chat not found', true],
    [400, 'Bad Request: PEER_ID_INVALID', true],
    [400, 'Bad Request: message thread not found', false],
    [400, 'Bad Request: TOPIC_DELETED', false],
  ])('%i %s closes the chat, the whole place: %s', (code, description, wholePlace) => {
    const result = refused(code, description);
    expect(result).toMatchObject({ kind: 'refused', closeChat: true });
    expect('wholePlace' in result && result.wholePlace).toBe(wholePlace);
  });

  test.each([
    [400, 'Bad Request: not enough rights to send text messages to the chat'],
    [400, 'Bad Request: need administrator rights in the channel chat'],
    [400, 'Bad Request: have no rights to send a message'],
    [400, 'Bad Request: CHAT_WRITE_FORBIDDEN'],
    [403, 'Forbidden: CHAT_WRITE_FORBIDDEN'],
  ])('%i %s may pass again when somebody changes it', (code, description) => {
    expect(refused(code, description)).toMatchObject({
      kind: 'retry',
      afterMs: 60_000,
      scope: 'chat',
    });
  });

  test.each(['Bad Request: TOPIC_CLOSED', 'Bad Request: TOPIC_HIDDEN'])(
    '%s holds up what goes there, and not the other topics of the group',
    (description) => {
      expect(refused(400, description)).toMatchObject({
        kind: 'retry',
        afterMs: 60_000,
        scope: 'message',
      });
    },
  );

  test.each([
    ["Bad Request: can't parse entities: Unsupported start tag", 'text'],
    ['Bad Request: message is too long', 'text'],
    ['Bad Request: BUTTON_DATA_INVALID', 'buttons'],
    ['Bad Request: IMAGE_PROCESS_FAILED', 'photo'],
    ['Bad Request: PHOTO_INVALID_DIMENSIONS', 'photo'],
    ['Bad Request: not enough rights to send photos to the chat', 'photo'],
  ])('%s is about the %s', (description, about) => {
    expect(refused(400, description)).toMatchObject({ kind: 'content', about });
  });

  test.each([
    'Bad Request: message to edit not found',
    "Bad Request: message can't be edited",
    'Bad Request: MESSAGE_ID_INVALID',
    'Bad Request: there is no text in the message to edit',
    'Bad Request: there is no caption in the message to edit',
  ])('%s: the message to change is gone', (description) => {
    expect(refused(400, description, true)).toMatchObject({ kind: 'gone' });
    expect(refused(400, description).kind).not.toBe('gone');
  });

  test('parameters come before codes and texts', () => {
    const answer = {
      kind: 'refused' as const,
      code: 400,
      description: 'Bad Request: chat not found',
    };
    expect(sendResultOf({ ...answer, migrateToChatId: '-1001' }, false)).toMatchObject({
      kind: 'moved',
      toChatId: '-1001',
    });
    expect(sendResultOf({ ...answer, retryAfterMs: 3_000 }, false)).toEqual({
      kind: 'flood',
      afterMs: 3_000,
    });
  });

  test('no reason repeats what Telegram quoted', () => {
    const quoted = 'Bad Request: button "private words" private words';
    for (const code of [400, 403, 418, 500, 504]) {
      expect(JSON.stringify(refused(code, quoted))).not.toContain('private');
    }
  });
});
