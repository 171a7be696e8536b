import { describe, expect, test } from 'vitest';
import type { LiquidationObservation } from '../../../src/signals/model/observations.ts';
import type { MarkEvent, StreamFeed } from '../../../src/sources/kit/stream.ts';
import { rounded } from '../sources/fixture.ts';
import { leavesOf, REMOVED, spoilt } from '../sources/spoil.ts';
import { feedNamed, findStreams, readFrame } from './fixture.ts';

const STREAMS = await findStreams();

test('the streams of six venues are found', () => {
  expect(STREAMS.map(({ id }) => id)).toContain('binance-usdm');
  expect(STREAMS.length).toBeGreaterThanOrEqual(6);
});

describe.each(STREAMS)('$id', (stream) => {
  const { feeds, fixture, id } = stream;
  const frames = fixture.frames.map((one) => ({ ...one, title: `${one.feed}: ${one.name}` }));

  test('its feeds can be told apart, and say what they need', () => {
    expect(new Set(feeds.map(({ name }) => name)).size).toBe(feeds.length);
    for (const feed of feeds) {
      expect(feed.path).toMatch(/^\//);
      expect(feed.silentAfterMs).toBeGreaterThanOrEqual(10_000);
      expect(feed.silentAfterMs).toBeLessThanOrEqual(120_000);
      for (const text of feed.subscribe) {
        expect(text.length).toBeLessThan(8_000);
        expect(() => JSON.parse(text)).not.toThrow();
      }
      if (feed.ping !== undefined) expect(feed.ping.everyMs).toBeLessThan(feed.silentAfterMs);
    }
  });

  test('every feed has a frame to show what it brings', () => {
    const shown = new Set(frames.map((one) => one.feed));
    expect(feeds.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([]);
  });

  test('a ranking of a thousand instruments stays within bounds', () => {
    const many = Array.from({ length: 1000 }, (_, index) => {
      const model = fixture.instruments[index % fixture.instruments.length];
      if (model === undefined) throw new Error('no instruments');
      return { asset: model.asset as never, instrument: model.instrument };
    });
    const wide = stream.definition.feeds(many);
    expect(wide.length).toBeLessThanOrEqual(6);
    for (const feed of wide) {
      const sum = feed.subscribe.reduce((total, text) => total + text.length, 0);
      expect(sum).toBeLessThan(64_000);
      for (const text of feed.subscribe) expect(text.length).toBeLessThan(8_000);
    }
  });

  test.each(frames)('$title gives the events worked out by hand', (one) => {
    const result = readFrame(feedNamed(stream, one.feed), one.frame, fixture.now);
    expect(rounded(result.marks)).toEqual(rounded(one.marks ?? []));
    expect(rounded(result.liquidations)).toEqual(rounded(one.liquidations ?? []));
    expect(result.dropped).toBe(one.dropped ?? 0);
    expect(result.replies).toEqual(one.replies ?? []);
    expect(result.refused).toBe(one.refused);
    for (const event of [...result.marks, ...result.liquidations]) {
      expect(event.source).toBe(id);
      expect(JSON.parse(JSON.stringify(event))).toStrictEqual(event);
    }
  });

  test('a spoiled leaf changes no other event, yields no new figure and is not silent', () => {
    let runs = 0;
    for (const one of frames) {
      const feed = feedNamed(stream, one.feed);
      const before = eventsOf(feed, one.frame, fixture.now).events;
      if (before.length === 0) continue;
      for (const { path, value } of leavesOf(one.frame)) {
        for (const spoil of SPOILS) {
          const label = `${one.name} ${path.join('.')} = ${String(spoil)}`;
          const after = eventsOf(feed, spoilt(one.frame, path, spoil), fixture.now);
          const rightly = spoil === REMOVED && one.mayLack?.includes(String(path.at(-1))) === true;
          judge(label, before, after, isFigure(value) && !rightly, isInList(path));
          runs += 1;
        }
      }
    }
    expect(runs).toBeGreaterThan(20);
  });

  test.each(STRANGE)('a frame that is $name is survived and gives nothing', ({ frame }) => {
    for (const feed of feeds) {
      const result = eventsOf(feed, frame, fixture.now);
      expect(result.events).toEqual([]);
    }
  });
});

const SPOILS: readonly unknown[] = [null, '', 'NaN', '1e999', {}, true, REMOVED];

const STRANGE = [
  { name: 'null', frame: null },
  { name: 'a number', frame: 7 },
  { name: 'a word', frame: 'hello' },
  { name: 'an empty object', frame: {} },
  { name: 'an empty list', frame: [] },
  { name: 'a list of lists', frame: [[], [[]]] },
  { name: 'deep', frame: { data: { data: { data: [{ data: null }] } } } },
];

type Event = MarkEvent | LiquidationObservation;

function eventsOf(feed: StreamFeed, frame: unknown, now: number) {
  const result = readFrame(feed, frame, now);
  const events: Event[] = [...result.marks, ...result.liquidations];
  return { events, told: result.dropped > 0 || result.refused !== undefined };
}

function judge(
  label: string,
  before: readonly Event[],
  after: { events: readonly Event[]; told: boolean },
  wasFigure: boolean,
  wasInList: boolean,
): void {
  for (const event of after.events) {
    const known = before.some((one) => saysNothingNew(event, one));
    expect(known, `${label}: ${JSON.stringify(event)} is new`).toBe(true);
  }
  const lost = before.length - after.events.length;
  if (wasInList) {
    const whose = before.filter((one) => !after.events.some((event) => saysNothingNew(event, one)));
    const instruments = new Set(whose.map(({ instrument }) => instrument));
    expect(instruments.size, `${label}: lost ${lost}`).toBeLessThanOrEqual(1);
  }
  if (lost > 0 && wasFigure) expect(after.told, `${label}: lost in silence`).toBe(true);
}

/** Is `part` the same event, apart from figures it lacks? */
function saysNothingNew(part: Event, whole: Event): boolean {
  return Object.entries(part).every(([key, value]) =>
    Object.is(value, (whole as unknown as Record<string, unknown>)[key]),
  );
}

function isFigure(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value));
}

function isInList(path: readonly (string | number)[]): boolean {
  return path.some((step) => typeof step === 'number');
}
