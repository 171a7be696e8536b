import type { CallOptions, SourceHttp } from '../../src/sources/kit/define.ts';

export interface ScriptedRequest {
  method: 'GET' | 'POST';
  path: string;
  query: Record<string, string>;
  body: unknown;
}

/** A `SourceHttp` in memory: `respond` gives the parsed body, or throws the `SourceError`. */
export function scriptedHttp(respond: (request: ScriptedRequest) => unknown): SourceHttp & {
  requests: ScriptedRequest[];
} {
  const requests: ScriptedRequest[] = [];
  async function answer(request: ScriptedRequest, options: CallOptions = {}): Promise<unknown> {
    requests.push(request);
    const body = structuredClone(respond(request));
    options.check?.(body);
    return body;
  }
  return {
    requests,
    getJson(path, query = {}, options) {
      const texts = Object.entries(query).map(([key, value]) => [key, String(value)]);
      const request = { path, query: Object.fromEntries(texts), body: undefined };
      return answer({ method: 'GET', ...request }, options);
    },
    postJson: (path, body, options) => answer({ method: 'POST', path, query: {}, body }, options),
  };
}
