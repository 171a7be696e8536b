/** Units that are force-sold at a trigger. Parallel arrays, any order. */
export interface TriggerUnits {
  /** Log-price distance of each trigger from the present price, >= 0. */
  distances: Float64Array;
  /** USD force-sold (down) or force-bought (up) when it is reached, >= 0. */
  usd: Float64Array;
}

/** Both directions of one part of an asset's profile. */
export interface TwoSidedUnits {
  down: TriggerUnits;
  up: TriggerUnits;
}
