/** A request as a venue sees it: the path after the venue's own prefix. */
export interface WireRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  /** Parsed JSON body of a POST. */
  body: unknown;
}

export interface WireAnswer {
  status: number;
  /** Sent as JSON. */
  body: unknown;
}

export function ok(body: unknown): WireAnswer {
  return { status: 200, body };
}

/** Whole-number parameter within bounds; the default when absent or unusable. */
export function wholeParameter(
  query: URLSearchParams,
  name: string,
  fallback: number,
  highest: number,
): number {
  const value = Number(query.get(name) ?? Number.NaN);
  if (!Number.isInteger(value) || value < 1) return fallback;
  return Math.min(value, highest);
}

/** Time parameter in epoch ms; undefined when absent or unusable. */
export function timeParameter(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  const value = text === null || text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
