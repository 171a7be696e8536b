import { type ApiCall, isRecord, parseJson } from './api-call.ts';
import { runMethod } from './methods.ts';
import type { World } from './world.ts';

/**
 * Posts the waiting updates in order, up to the first one that is refused: that one stays and comes
 * first next time. Gives the statuses; 0: no answer. `origin` stands for the proxy that ends TLS in
 * front of a webhook at an https address.
 */
export async function deliverUpdates(world: World, origin?: string): Promise<number[]> {
  const { webhook } = world;
  if (webhook === undefined) throw new Error('no webhook is set');
  const target = new URL(webhook.url);
  const url = origin === undefined ? target : new URL(target.pathname + target.search, origin);
  if (url.protocol === 'https:') throw new Error('give deliverWebhook the origin behind the proxy');
  const secret: Record<string, string> =
    webhook.secretToken === undefined
      ? {}
      : { 'x-telegram-bot-api-secret-token': webhook.secretToken };
  const statuses: number[] = [];
  for (const update of [...world.updates.pending()]) {
    const { status, text } = await post(url, secret, update.body);
    statuses.push(status);
    if (status < 200 || status >= 300) {
      const reason =
        status === 0 ? 'Connection refused' : `Wrong response from the webhook: ${status}`;
      webhook.lastError = { at: world.now(), text: reason };
      break;
    }
    world.updates.confirm(update.id);
    await runAnswer(world, text);
  }
  return statuses;
}

async function post(
  url: URL,
  headers: Record<string, string>,
  body: object,
): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return { status: response.status, text: await response.text() };
  } catch {
    return { status: 0, text: '' };
  }
}

/** A webhook may answer with one call; what comes of it is told to nobody. */
async function runAnswer(world: World, text: string): Promise<void> {
  const fields = parseJson(text);
  if (!isRecord(fields) || typeof fields['method'] !== 'string') return;
  const { method, ...payload } = fields;
  const args = new Map(
    Object.entries(payload).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
  const call: ApiCall = { method: String(method), args, files: new Map(), payload };
  await runMethod(world, call, new AbortController().signal).catch(() => undefined);
}
