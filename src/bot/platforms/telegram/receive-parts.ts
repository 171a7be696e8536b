import type { Clock, Logger, Random } from '../../../ports.ts';
import type { TelegramApi } from './api.ts';
import type { Intake } from './intake.ts';
import type { TelegramSettings } from './settings.ts';
import type { Status } from './status.ts';

/** What receiving updates needs, by polling or by webhook. */
export interface ReceiveParts {
  api: TelegramApi;
  intake: Intake;
  status: Status;
  clock: Clock;
  log: Logger;
  random: Random;
  settings: TelegramSettings;
}
