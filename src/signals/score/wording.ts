/** `$410m`, `$1.2bn`, `$85k`: two to three figures, for people. */
export function usdText(usd: number): string {
  for (const [unit, size] of [
    ['tn', 1e12],
    ['bn', 1e9],
    ['m', 1e6],
    ['k', 1e3],
  ] as const) {
    // 999,600 would round to "1000k".
    if (usd >= size * 0.9995) return `$${figures(usd / size)}${unit}`;
  }
  return `$${Math.round(usd)}`;
}

function figures(value: number): string {
  return value < 9.95 ? value.toFixed(1).replace(/\.0$/, '') : value.toFixed(0);
}

/** `3.1 %`; two decimals below 1 %. `fraction` 0.031. */
export function percentText(fraction: number): string {
  const percent = fraction * 100;
  const size = Math.abs(percent);
  return `${percent.toFixed(size < 1 && size > 0 ? 2 : size < 100 ? 1 : 0)} %`;
}

/** `+1.2`, `-0.4`, `0.0`. */
export function signedText(value: number): string {
  const text = value.toFixed(1);
  if (text === '-0.0') return '0.0';
  return value > 0 && text !== '0.0' ? `+${text}` : text;
}
