import type { Answer, Inbox, Reply } from '../platform.ts';
import type { Rights } from './rights.ts';

export const PLATFORM = 'telegram';

export interface EffectParts {
  inbox: Inbox;
  rights: Rights;
  bot: { id: number; name: string };
  oldCommandMs: number;
  /** The time on Telegram's clock, epoch ms. */
  serverNow(): number;
  /** Shows a pressed button's answer; gives `late` when Telegram says the press is too old. */
  answerPress(id: string, text: string, alert: boolean): Promise<'shown' | 'late' | 'failed'>;
}

/** What an update led to. */
export interface Effect {
  replies: readonly Reply[];
  /** Nothing happened that a repetition would do twice. */
  ignored?: boolean;
  /** The answer is that something broke: worth doing again when the store works again. */
  broken?: boolean;
  /** To be done once the replies are stored; never rejects. */
  afterwards?(): Promise<void>;
}

export const IGNORED: Effect = { replies: [], ignored: true };

export function brokenBy(answer: Answer): Pick<Effect, 'broken'> {
  return answer.failed === 'bug' ? { broken: true } : {};
}
