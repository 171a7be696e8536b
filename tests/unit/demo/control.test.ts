import { describe, expect, it } from 'vitest';
import { parseControl } from '../../../demo/market/control.ts';

describe('control commands', () => {
  it('are taken in the documented forms', () => {
    expect(parseControl({ pause: true })).toEqual({ pause: true });
    expect(parseControl({ resume: true })).toEqual({ resume: true });
    expect(parseControl({ shock: { asset: 'ETH', fraction: 0.05 } })).toEqual({
      shock: { asset: 'ETH', fraction: 0.05 },
    });
    expect(parseControl({ fault: { source: 'bybit', kind: 429 } })).toEqual({
      fault: { source: 'bybit', kind: '429' },
    });
  });

  it('take the direction of a shock from its side, not from its sign', () => {
    expect(parseControl({ shock: { asset: 'ETH', fraction: -0.05, side: 'up' } })).toEqual({
      shock: { asset: 'ETH', fraction: 0.05, side: 'up' },
    });
  });

  it.each([
    [null, 'JSON object'],
    [{}, 'one of'],
    [{ speed: 0 }, 'speed'],
    [{ shock: { asset: 'NOPE', fraction: 0.1 } }, 'shock.asset'],
    [{ shock: { asset: 'ETH', fraction: 0 } }, 'shock.fraction'],
    [{ shock: { asset: 'ETH', fraction: Number.NaN } }, 'shock.fraction'],
    [{ fault: { source: 'okx', kind: 'html' } }, 'fault.source'],
    [{ fault: { source: 'bybit', kind: 'tired' } }, 'fault.kind'],
  ])('%j is refused with a reason', (body, reason) => {
    expect(parseControl(body)).toContain(reason);
  });
});
