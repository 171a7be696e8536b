import { type RawFile, REST, type RESTOptions, type RouteLike } from 'discord.js';
import { type AnswerWatch, guardedRequest } from './guarded-request.ts';

export interface ApiRequest {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  route: RouteLike;
  body?: unknown;
  files?: RawFile[];
  signal?: AbortSignal;
  /** False: an interaction's own route, whose token stands in it. */
  authorized?: boolean;
}

/** What Discord gave: JSON, or bytes where it gave none. Rejects with what `failureOf` reads. */
export type DiscordApi = (request: ApiRequest) => Promise<unknown>;

export interface ApiParts extends AnswerWatch {
  token: string;
  /** Ends in `/api`; the version is added. */
  apiUrl: string;
  rest?: Partial<RESTOptions>;
}

/** Of a request with its answer. */
const DEADLINE_MS = 15_000;

/**
 * REST options of every client here: one attempt (the outbox repeats), and no waiting for rate
 * limits inside: a refusal, or a wait the library would begin by itself, rejects with its time.
 */
export function restOptions({ apiUrl, rest = {}, ...watch }: ApiParts): Partial<RESTOptions> {
  return {
    version: '10',
    timeout: DEADLINE_MS,
    ...rest,
    api: apiUrl,
    retries: 0,
    rejectOnRateLimit: () => true,
    makeRequest: guardedRequest(rest.makeRequest, watch),
  };
}

/** One for the life of the platform, apart from the gateway's client, which comes and goes. */
export function createDiscordApi(parts: ApiParts): DiscordApi {
  const authorized = new REST(restOptions(parts));
  // Routes of interactions are outside the limit of 50 requests a second.
  const open = new REST({
    ...restOptions(parts),
    globalRequestsPerSecond: Number.POSITIVE_INFINITY,
  });
  return async ({ method, route, body, files, signal, authorized: isAuthorized = true }) => {
    const options = { body, files, signal, auth: isAuthorized };
    if (!isAuthorized) return await open[method](route, options);
    // The library forgets the token at the first 401; whether to go on is not for it to say.
    authorized.setToken(parts.token);
    return await authorized[method](route, options);
  };
}
