import { type ApiCall, flagArg, textArg } from './api-call.ts';
import { badRequest, Refusal } from './refusal.ts';
import { epochSeconds, type World } from './world.ts';

const WEBHOOK_PORTS = new Set(['', '80', '88', '443', '8443']);
const SECRET_MAX = 256;

export function getUpdates(world: World, call: ApiCall, gone: AbortSignal): Promise<object[]> {
  if (world.webhook !== undefined) {
    throw new Refusal(
      409,
      "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    );
  }
  world.updates.allow(call);
  return world.updates.poll(call, gone);
}

export function setWebhook(world: World, call: ApiCall): true {
  const url = textArg(call, 'url');
  if (url === '') return deleteWebhook(world, call);
  const secretToken = textArg(call, 'secret_token');
  if (secretToken.length > SECRET_MAX) throw badRequest('secret token is too long');
  if (!/^[A-Za-z0-9_-]*$/.test(secretToken)) {
    throw badRequest('secret token contains unallowed characters');
  }
  checkUrl(url);
  if (flagArg(call, 'drop_pending_updates')) world.updates.clear();
  world.updates.allow(call);
  world.updates.displace(new Refusal(409, 'Conflict: terminated by setWebhook request'));
  world.webhook = { url, ...(secretToken === '' ? {} : { secretToken }) };
  return true;
}

export function deleteWebhook(world: World, call: ApiCall): true {
  if (flagArg(call, 'drop_pending_updates')) world.updates.clear();
  world.webhook = undefined;
  return true;
}

export function getWebhookInfo(world: World): object {
  const allowed = world.updates.allowed();
  const { webhook } = world;
  const failed = webhook?.lastError;
  return {
    url: webhook?.url ?? '',
    has_custom_certificate: false,
    pending_update_count: world.updates.pending().length,
    ...(failed === undefined
      ? {}
      : { last_error_date: epochSeconds(failed.at), last_error_message: failed.text }),
    ...(webhook === undefined ? {} : { max_connections: 40 }),
    ...(allowed === undefined ? {} : { allowed_updates: allowed }),
  };
}

/** The one leniency: plain http, and any port, to this machine. */
function checkUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw badRequest('invalid webhook URL specified');
  const here = url.hostname === '127.0.0.1' || url.hostname === 'localhost';
  if (url.protocol === 'http:' && here) return;
  if (url.protocol !== 'https:') {
    throw badRequest('bad webhook: An HTTPS URL must be provided for webhook');
  }
  if (!here && !WEBHOOK_PORTS.has(url.port)) {
    throw badRequest('bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443');
  }
}
