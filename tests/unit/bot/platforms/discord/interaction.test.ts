import { describe, expect, it } from 'vitest';
import { readInteraction } from '../../../../../src/bot/platforms/discord/interaction.ts';

const SLASH = {
  id: '11',
  application_id: '22',
  type: 2,
  token: 'aW50ZXJhY3Rpb24.x-_=',
  guild_id: '33',
  channel_id: '44',
  channel: { id: '44', type: 11, parent_id: '45' },
  member: { user: { id: '55' }, roles: ['66'], permissions: '32' },
  app_permissions: '2048',
  context: 0,
  authorizing_integration_owners: { 0: '33' },
  data: { id: '77', type: 1, name: 'risk', options: [{ name: 'asset', type: 3, value: 'BTC' }] },
};

describe('reading an interaction', () => {
  it('takes what matters of a command in a thread', () => {
    expect(readInteraction(SLASH)).toEqual({
      id: '11',
      applicationId: '22',
      token: SLASH.token,
      chat: { platform: 'discord', chatId: '33', thread: '44' },
      place: { guildId: '33', channelId: '44', channelType: 11, parentId: '45' },
      userId: '55',
      roleIds: ['66'],
      permissions: 32n,
      botPermissions: 2048n,
      isInstalledHere: true,
      action: { kind: 'command', name: 'risk', options: { asset: 'BTC' } },
    });
  });

  it('knows direct messages as places of their own', () => {
    const { guild_id: _, member: __, ...rest } = SLASH;
    const dm = { ...rest, user: { id: '55' }, context: 1, channel: { id: '44', type: 1 } };
    expect(readInteraction(dm)).toMatchObject({
      chat: { platform: 'discord', chatId: '44' },
      permissions: 0n,
      isInstalledHere: true,
    });
    expect(readInteraction(dm)?.chat.thread).toBeUndefined();
  });

  it('sees that a person brought the bot along', () => {
    const brought = { ...SLASH, authorizing_integration_owners: { 1: '55' } };
    expect(readInteraction(brought)?.isInstalledHere).toBe(false);
    expect(readInteraction({ ...SLASH, context: 2 })?.isInstalledHere).toBe(false);
  });

  it('takes options that have the names of object methods as options', () => {
    const options = [{ name: '__proto__', type: 3, value: 'x' }];
    const read = readInteraction({ ...SLASH, data: { ...SLASH.data, options } });
    if (read?.action.kind !== 'command') throw new Error('not read');
    expect(Object.keys(read.action.options)).toEqual(['__proto__']);
  });

  it.each([
    ['nothing', null],
    ['a ping', { ...SLASH, type: 1 }],
    ['a modal', { ...SLASH, type: 5 }],
    ['a command of another kind', { ...SLASH, data: { ...SLASH.data, type: 3 } }],
    ['a select menu', { ...SLASH, type: 3, data: { component_type: 3, custom_id: 'x' } }],
    ['autocompletion of nothing', { ...SLASH, type: 4 }],
    ['nobody', { ...SLASH, member: undefined }],
    ['a token that leads elsewhere', { ...SLASH, token: '../../users/@me' }],
    ['an id that leads elsewhere', { ...SLASH, id: '1/../2' }],
    ['permissions that are no number', { ...SLASH, app_permissions: '-1' }],
  ])('ignores %s', (_, data) => {
    expect(readInteraction(data)).toBeUndefined();
  });
});
