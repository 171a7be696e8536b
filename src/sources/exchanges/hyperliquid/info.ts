import type { FetchContext } from '../../kit/define.ts';

export const ID = 'hyperliquid';

/** Every read is a POST to one path; `type` in the body says what. Throws `SourceError`. */
export function postInfo(
  { http }: FetchContext,
  body: Readonly<Record<string, unknown>>,
  weight: number,
): Promise<unknown> {
  return http.postJson('/info', body, { weight });
}
