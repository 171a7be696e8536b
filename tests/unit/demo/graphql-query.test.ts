import { describe, expect, it } from 'vitest';
import { parseQuery, project } from '../../../demo/market/wire/graphql-query.ts';

describe('GraphQL queries', () => {
  it('resolve literals and variables into arguments', () => {
    const [field] = parseQuery(
      `query Q($hf: Float!, $ids: [Int!] = [1]) {
        rows(where: { a_lte: $hf, ids: $ids, on: true, none: null } order: Asc first: 10, text: "x, }") { id }
      }`,
      { hf: 1.5, ids: [1, 2] },
    );
    expect(field?.args).toEqual({
      where: { a_lte: 1.5, ids: [1, 2], on: true, none: null },
      order: 'Asc',
      first: 10,
      text: 'x, }',
    });
    expect(field?.fields.map((inner) => inner.name)).toEqual(['id']);
  });

  it('give only what was selected, and refuse what does not exist', () => {
    const select = (text: string) => parseQuery(text, {});
    const data = { items: [{ id: 1, inner: { a: 2, b: 3 } }] };
    expect(project(data, select('{ items { inner { a } } }'), 'Rows')).toEqual({
      items: [{ inner: { a: 2 } }],
    });
    expect(() => project(data, select('{ items { nope } }'), 'Rows')).toThrow(
      'Cannot query field "nope" on type "items".',
    );
    expect(() => project(data, select('{ items { inner } }'), 'Rows')).toThrow(/subfields/);
  });

  it.each(['{ rows { id }', '{ rows(a 1) { id } }', '{ rows { ; } }'])('refuse %s', (text) => {
    expect(() => parseQuery(text, {})).toThrow(SyntaxError);
  });
});
