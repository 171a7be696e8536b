import { describe, expect, it } from 'vitest';
import { likeDefaults } from '../../../src/config/like-defaults.ts';

const DEFAULTS = {
  count: 3,
  name: 'calm',
  on: true,
  inner: { share: 0.5, deep: { limit: 2 } },
  steps: [1, 2],
  tiers: [{ leverage: 3, share: 1 }],
};
const schema = likeDefaults(DEFAULTS);

describe('a schema like defaults', () => {
  it('gives the defaults for nothing', () => {
    expect(schema.parse({})).toEqual(DEFAULTS);
    expect(schema.parse(undefined)).toEqual(DEFAULTS);
  });

  it('keeps every default that is not named', () => {
    expect(schema.parse({ inner: { deep: { limit: 9 } }, steps: [4] })).toEqual({
      ...DEFAULTS,
      inner: { share: 0.5, deep: { limit: 9 } },
      steps: [4],
    });
  });

  it('leaves the defaults themselves alone', () => {
    const parsed = schema.parse({ inner: { share: 0.1 } });
    parsed.inner.deep.limit = 77;
    expect(DEFAULTS.inner).toEqual({ share: 0.5, deep: { limit: 2 } });
  });

  it('takes 0', () => {
    expect(schema.parse({ count: 0 }).count).toBe(0);
  });

  it.each([
    ['a negative number', { count: -0.1 }],
    ['NaN', { count: Number.NaN }],
    ['an infinite number', { inner: { share: Number.POSITIVE_INFINITY } }],
    ['text for a number', { count: '3' }],
    ['a number for text', { name: 3 }],
    ['text for a switch', { on: 'yes' }],
    ['null', { count: null }],
    ['a list for a mapping', { inner: [] }],
    ['a mapping for a list', { steps: { 0: 1 } }],
    ['an empty list', { tiers: [] }],
    ['a wrong element', { steps: [1, '2'] }],
    ['a negative element', { steps: [-1] }],
    ['half a record in a list', { tiers: [{ leverage: 3 }] }],
    ['a key more in a list', { tiers: [{ leverage: 3, share: 1, more: 1 }] }],
    ['an unknown key', { cuont: 3 }],
    ['an unknown key further in', { inner: { deep: { limits: 1 } } }],
  ])('refuses %s', (_, value) => {
    expect(schema.safeParse(value).success).toBe(false);
  });

  it('says at once when defaults have a part it has no schema for', () => {
    expect(() => likeDefaults({ run: () => 1 })).toThrow(TypeError);
    expect(() => likeDefaults({ steps: [] })).toThrow(TypeError);
  });
});
