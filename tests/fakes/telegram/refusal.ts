/** A refused call: becomes the HTTP status and the body of the answer. */
export class Refusal extends Error {
  readonly code: number;
  readonly parameters: { retry_after?: number; migrate_to_chat_id?: number } | undefined;

  constructor(code: number, description: string, parameters?: Refusal['parameters']) {
    super(description);
    this.code = code;
    this.parameters = parameters;
  }
}

/** 400. The platform writes the first letter small, unless the text is a server code (ALL_CAPS). */
export function badRequest(text: string): Refusal {
  const second = text.charAt(1);
  const isCode = second === '_' || (second >= 'A' && second <= 'Z');
  return new Refusal(400, `Bad Request: ${isCode ? text : lowerFirst(text)}`);
}

export function forbidden(text: string): Refusal {
  return new Refusal(403, `Forbidden: ${text}`);
}

export function tooManyRequests(retryAfterS: number): Refusal {
  return new Refusal(429, `Too Many Requests: retry after ${retryAfterS}`, {
    retry_after: retryAfterS,
  });
}

/** The body of a refusal as the platform writes it. */
export function refusalBody(refusal: Refusal): object {
  return {
    ok: false,
    error_code: refusal.code,
    description: refusal.message,
    ...(refusal.parameters === undefined ? {} : { parameters: refusal.parameters }),
  };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
