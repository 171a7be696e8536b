import { describe, expect, it } from 'vitest';
import { AppError, kindOfError } from '../../src/errors.ts';

describe('the kind of an error', () => {
  it('is its name, its code and where it was thrown, never its text', () => {
    const error = Object.assign(new TypeError('private words'), { code: 'ERR_X' });
    expect(kindOfError(error)).toMatch(/^TypeError ERR_X at errors\.test\.ts:\d+$/);
    expect(kindOfError(new AppError('store/busy', 'private words'))).toBe('store/busy');
    expect(kindOfError('private words')).toBe('string');
    expect(kindOfError(undefined)).toBe('undefined');
  });

  it('is not taken from a text that looks like a place, nor from a code that is none', () => {
    const error = new Error(
      'private\n    at words (/etc/private.js:1:2)\n    at x (secret.js:3:4)',
    );
    Object.assign(error, { code: 'private words' });
    expect(kindOfError(error)).toMatch(/^Error at errors\.test\.ts:\d+$/);
    error.stack = 'Error: cut off';
    expect(kindOfError(error)).toBe('Error');
  });
});
