import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../../../src/bot/commands.gen.ts';
import { commandForms } from '../../../../../src/bot/platforms/discord/command-forms.ts';
import { completions } from '../../../../../src/bot/platforms/discord/completion.ts';
import { inviteLink, missingWords } from '../../../../../src/bot/platforms/discord/permissions.ts';

describe('forms of commands on Discord', () => {
  it('are text options with choices where there are few values', () => {
    const subscribe = commandForms(COMMANDS).find(({ name }) => name === 'subscribe');
    const options = new Map(subscribe?.options.map((option) => [option.name, option]));
    expect(options.get('level')?.choices.map(({ value }) => value)).toEqual([
      'elevated',
      'high',
      'critical',
    ]);
    expect(options.get('side')?.choices).toHaveLength(3);
    expect(options.get('assets')).toMatchObject({ autocomplete: true, choices: [] });
    expect(new Set(subscribe?.options.map(({ type }) => type))).toEqual(new Set([3]));
  });

  it('leave managing to Manage Server unless an administrator delegates it', () => {
    for (const { access, name } of COMMANDS) {
      const form = commandForms(COMMANDS).find((one) => one.name === name);
      expect(form?.default_member_permissions).toBe(access === 'manage' ? '32' : null);
      expect(form?.contexts).toEqual([0, 1]);
    }
  });

  it('keep to the length of descriptions', () => {
    const [command] = COMMANDS;
    if (command === undefined) throw new Error('no commands');
    const long = { ...command, summary: 'x'.repeat(300) };
    expect(commandForms([long])[0]?.description).toHaveLength(100);
  });
});

describe('completion', () => {
  const inbox = {
    commands: COMMANDS,
    suggestAssets: async (typed: string) => (typed.length > 40 ? [] : ['BTC', 'ETH']),
  };
  const complete = (command: string, option: string, typed: string) =>
    completions(inbox, { kind: 'completion', command, option, typed });

  it('fills in the last item of a list, with coins not named yet', async () => {
    expect(await complete('subscribe', 'assets', 'btc, e')).toEqual(['btc, ETH']);
    expect(await complete('subscribe', 'assets', '')).toEqual(['all', 'BTC', 'ETH']);
    expect(await complete('subscribe', 'assets', `${'x'.repeat(99)},`)).toEqual([]);
  });

  it('has nothing for other options and unknown commands', async () => {
    expect(await complete('subscribe', 'level', 'h')).toEqual([]);
    expect(await complete('nothing', 'asset', 'b')).toEqual([]);
  });
});

describe('permissions', () => {
  it('says what is missing, in threads too', () => {
    const all = 1024n + 2048n + 16384n + 32768n;
    expect(missingWords(all, 0)).toEqual([]);
    expect(missingWords(all, 11)).toEqual(['post messages in threads']);
    expect(missingWords(0n, 0)).toHaveLength(4);
    expect(missingWords(8n, 0)).toEqual([]);
  });

  it('asks for what is needed in the invite link and no more', () => {
    const permissions = BigInt(new URL(inviteLink('1')).searchParams.get('permissions') ?? '0');
    expect(missingWords(permissions, 0)).toEqual([]);
    expect(missingWords(permissions, 11)).toEqual([]);
    expect(permissions & (8n | 32n | 131072n)).toBe(0n);
  });
});
