import type { FakeFile } from './api.ts';
import { ApiError, known } from './api-error.ts';
import { isRecord } from './json.ts';

export interface ApiRequest {
  method: string;
  /** After `/api/v10`, without the query. */
  path: string;
  query: URLSearchParams;
  /** Parsed JSON, or `payload_json` of a form; undefined without a body. */
  body: unknown;
  /** `files[n]` of a form, by n. */
  files: ReadonlyMap<string, FakeFile>;
}

export const MAX_FILE_BYTES = 10 * 1024 * 1024;
export const MAX_REQUEST_BYTES = 25 * 1024 * 1024;

/** Body and files of a request; throws the refusals of Discord for what it cannot read. */
export async function readBody(
  bytes: Buffer,
  contentType: string,
): Promise<Pick<ApiRequest, 'body' | 'files'>> {
  if (bytes.length > MAX_REQUEST_BYTES) throw known(40005);
  if (bytes.length === 0) return { body: undefined, files: new Map() };
  if (contentType.startsWith('multipart/form-data')) return readForm(bytes, contentType);
  if (!contentType.startsWith('application/json')) {
    throw new ApiError(400, 50035, 'Invalid Form Body', {
      _errors: [
        {
          code: 'CONTENT_TYPE_INVALID',
          message: 'Expected "Content-Type" header to be one of {\'application/json\'}.',
        },
      ],
    });
  }
  return { body: parseJson(bytes.toString('utf8')), files: new Map() };
}

async function readForm(bytes: Buffer, contentType: string) {
  const files = new Map<string, FakeFile>();
  let body: unknown;
  for (const [name, value] of await formEntries(bytes, contentType)) {
    if (name === 'payload_json') {
      body = parseJson(typeof value === 'string' ? value : await value.text());
      continue;
    }
    const id = /^files\[(\d+)\]$/.exec(name)?.[1];
    if (id === undefined || typeof value === 'string') continue;
    if (value.size > MAX_FILE_BYTES) throw known(40005);
    files.set(id, { name: value.name, bytes: new Uint8Array(await value.arrayBuffer()) });
  }
  if (files.size > 10) throw known(30015);
  return { body: body ?? (files.size > 0 ? {} : undefined), files };
}

async function formEntries(bytes: Buffer, contentType: string) {
  const response = new Response(new Uint8Array(bytes), {
    headers: { 'content-type': contentType },
  });
  try {
    return [...(await response.formData())];
  } catch {
    throw known(50109);
  }
}

function parseJson(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    if (isRecord(parsed) || Array.isArray(parsed)) return parsed;
  } catch {
    // Falls through to the refusal.
  }
  throw known(50109);
}
