import { describe, expect, test } from 'vitest';
import { describeSummary } from '../../../src/alerts/describe-summary.ts';
import type { OutgoingMessage } from '../../../src/alerts/model.ts';
import { makeDoc, makeMessage } from '../../fakes/make-message.ts';

const AT = Date.UTC(2026, 0, 1, 14, 3);

function waiting(asset: string, overrides: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return makeMessage({
    id: `id-${asset}`,
    groupId: `incident-${asset}`,
    createdAt: AT,
    doc: makeDoc({
      title: `${asset} down: HIGH 72/100`,
      blocks: [{ kind: 'text', text: 'A 3.1 % fall would force $200m of sales. More follows.' }],
    }),
    ...overrides,
  });
}

function itemsOf(messages: readonly OutgoingMessage[]): string[] {
  const [list] = describeSummary(messages).blocks;
  return list?.kind === 'list' ? list.items : [];
}

test('the title counts and names the worst, whose tone it has; the footer says where to ask', () => {
  const worst = waiting('BTC', { severity: 3, doc: makeDoc({ tone: 'critical' }) });
  const doc = describeSummary([waiting('ETH'), worst, waiting('SOL', { severity: 1 })]);
  expect(doc.title).toBe('3 alerts at once, worst: CRITICAL');
  expect(doc.tone).toBe('critical');
  expect(doc.footer).toContain('/risk');
  // Coverage and age of the worst one.
  expect(doc.footer).toContain(`${worst.doc.title}: 3 of 3 venues, oldest 40 s`);
  expect(doc).not.toHaveProperty('figure');
});

test('each incident has a line with its title, its time and its first sentence', () => {
  expect(itemsOf([waiting('ETH')])).toEqual([
    'ETH down: HIGH 72/100 (14:03 UTC). A 3.1 % fall would force $200m of sales.',
  ]);
});

test('what follows a semicolon is left out', () => {
  const text = 'A 3.1 % fall would force $200m of sales; 5 % of it exact. More follows.';
  const [line] = itemsOf([waiting('ETH', { doc: makeDoc({ blocks: [{ kind: 'text', text }] }) })]);
  expect(line).toMatch(/\. A 3\.1 % fall would force \$200m of sales\.$/);
});

test('the worst comes first, then the oldest', () => {
  const lines = itemsOf([
    waiting('LOW', { severity: 1, createdAt: AT - 9_000 }),
    waiting('NEW', { severity: 3 }),
    waiting('OLD', { severity: 3, createdAt: AT - 60_000 }),
  ]);
  expect(lines.map((text) => text.slice(0, 3))).toEqual(['OLD', 'NEW', 'LOW']);
});

test('of one incident only the newest message speaks', () => {
  const raised = waiting('ETH', { id: 'first', sequence: 1 });
  const worse = waiting('ETH', {
    id: 'second',
    sequence: 2,
    severity: 3,
    doc: makeDoc({ title: 'ETH down: CRITICAL 91/100' }),
  });
  const lines = itemsOf([worse, raised]);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('CRITICAL');
});

test('more than fit are counted', () => {
  const many = Array.from({ length: 25 }, (_, index) => waiting(`A${index}`));
  const doc = describeSummary(many);
  expect(doc.title).toContain('25 alerts');
  expect(itemsOf(many)).toHaveLength(20);
  expect(doc.blocks[1]).toEqual({ kind: 'text', text: 'And 5 more.' });
});

test('a long sentence is cut between words', () => {
  const text = `${'word '.repeat(60)}end.`;
  const [line = ''] = itemsOf([
    waiting('ETH', { doc: makeDoc({ blocks: [{ kind: 'text', text }] }) }),
  ]);
  expect(line.length).toBeLessThan(200);
  expect(line).toMatch(/word …$/);
});

describe('without alerts among them', () => {
  test('notices are not called alerts', () => {
    const notice = (name: string) =>
      waiting(name, {
        severity: 0,
        doc: makeDoc({ title: `No data from ${name}`, tone: 'data', blocks: [] }),
      });
    const doc = describeSummary([notice('A'), notice('B')]);
    expect(doc.title).toBe('2 notices at once');
    expect(doc.tone).toBe('data');
    expect(itemsOf([notice('A')])[0]).toBe('No data from A (14:03 UTC)');
  });
});

test('nothing to summarise is an error', () => {
  expect(() => describeSummary([])).toThrow(RangeError);
});
