// Written by scripts/generate-registries.ts from the files in the folder; not edited by hand.
import { morphoBlue } from './lending/morpho-blue/morpho-blue.ts';
import type { LendingAdapter } from './kit/define.ts';

export const LENDING: readonly LendingAdapter[] = [
  morphoBlue,
];
