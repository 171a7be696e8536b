/**
 * Kappa: the forced move, in log-price units, from which on a cascade counts. Must be finite and
 * > 0: at 0 every unit would be critical, the empty cascade included, and the answer would say
 * nothing. Throws a RangeError otherwise.
 */
export function checkKappa(kappaDistance: number): void {
  if (!(kappaDistance > 0 && kappaDistance < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`kappa must be a finite distance > 0, got ${kappaDistance}`);
  }
}
