/** `items` in groups whose texts, `joint` characters apart, stay within `maxLength` each. */
export function groupByLength(items: readonly string[], maxLength: number, joint = 3): string[][] {
  const groups: string[][] = [];
  let length = 0;
  for (const item of items) {
    const last = groups.at(-1);
    if (last !== undefined && length + item.length + joint <= maxLength) {
      last.push(item);
      length += item.length + joint;
    } else {
      groups.push([item]);
      length = item.length + joint;
    }
  }
  return groups;
}

/** `items` in groups of at most `size`. */
export function groupBySize<T>(items: readonly T[], size: number): T[][] {
  const groups: T[][] = [];
  for (let at = 0; at < items.length; at += size) groups.push(items.slice(at, at + size));
  return groups;
}
