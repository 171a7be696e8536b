import { describe, expect, it } from 'vitest';
import { createPlaces } from '../../../../../src/bot/platforms/discord/places.ts';
import { InstantClock } from '../../../../fakes/instant-clock.ts';
import { RecordingLogger } from '../../../../fakes/recording-logger.ts';

const NOW = Date.UTC(2026, 0, 1);

function bench(fail: () => boolean = () => false, ofEarlierRuns: readonly string[] = []) {
  const told: string[] = [];
  const clock = new InstantClock(NOW);
  const log = new RecordingLogger();
  const stop = new AbortController();
  const tell = async (text: string) => {
    if (fail()) throw new Error('the disk is full');
    told.push(text);
  };
  const places = createPlaces({
    inbox: {
      joined: ({ chatId, thread }, { greet }) =>
        tell(`joined ${chatId} ${thread ?? '-'} ${greet ? 'greet' : 'quiet'}`),
      left: ({ chatId }) => tell(`left ${chatId}`),
      places: async () => ofEarlierRuns,
    },
    clock,
    log,
    random: () => 0.5,
    signal: stop.signal,
  });
  return { places, told, clock, log, stop };
}

describe('servers the bot is in', () => {
  it('greets only where it was added within a day and may write', async () => {
    const { places, told } = bench();
    places.found({ id: '1', joinedAt: NOW - 86_399_999, channelId: '9' });
    places.found({ id: '2', joinedAt: NOW - 86_400_000, channelId: '9' });
    places.found({ id: '3', channelId: '9' });
    places.found({ id: '4', joinedAt: NOW });
    await places.settled();
    expect(told).toEqual([
      'joined 1 9 greet',
      'joined 2 9 quiet',
      'joined 3 9 quiet',
      'joined 4 - quiet',
    ]);
  });

  it('tells each once, until it is gone', async () => {
    const { places, told } = bench();
    for (const id of ['1', '1', '2']) places.found({ id });
    places.gone('1');
    places.found({ id: '1' });
    await places.settled();
    expect(told).toEqual(['joined 1 - quiet', 'joined 2 - quiet', 'left 1', 'joined 1 - quiet']);
  });

  it('takes servers of an earlier run that it is not in any more for gone, once', async () => {
    const { places, told } = bench(() => false, ['1', '2', '3']);
    places.present(['1'], (id) => id !== '3');
    places.present(['1'], (id) => id !== '3');
    await places.settled();
    expect(told).toEqual(['left 2']);
    places.present([], (id) => id === '3');
    await places.settled();
    expect(told).toEqual(['left 2', 'left 3']);
  });

  it('takes servers missing from their own connection for gone', async () => {
    const { places, told } = bench();
    for (const id of ['1', '2', '3']) places.found({ id });
    places.present(['1'], (id) => id !== '3');
    await places.settled();
    expect(told.slice(3)).toEqual(['left 2']);
  });

  it('waits longer and longer while the store fails, then tries with the next connection', async () => {
    let failures = 6;
    const { places, told, clock, log } = bench(() => failures-- > 0);
    places.found({ id: '1' });
    await places.settled();
    expect(told).toEqual([]);
    expect(clock.sleptMs).toEqual([750, 1_500, 3_000, 6_000, 12_000]);
    expect(log.lines.at(-1)).toMatchObject({ level: 'error' });
    places.found({ id: '1' });
    await places.settled();
    expect(told).toEqual(['joined 1 - quiet']);
  });

  it('stops trying when the program ends', async () => {
    const { places, told, stop } = bench(() => {
      stop.abort();
      return true;
    });
    places.found({ id: '1' });
    await places.settled();
    expect(told).toEqual([]);
  });
});
