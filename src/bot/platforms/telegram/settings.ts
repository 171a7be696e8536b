/** Waits and limits of the connection; all real time. */
export interface TelegramSettings {
  /** How long Telegram holds a poll without news, s (50 at most), and when it counts as hung. */
  pollHoldSeconds: number;
  pollDeadlineMs: number;
  /** Longest wait for any other call. */
  callDeadlineMs: number;
  /** Longest wait for what somebody may do, and for the toast of a pressed button. */
  quickDeadlineMs: number;
  /** Longest work on one update; then the next one is taken. */
  updateDeadlineMs: number;
  /** Chats whose updates are worked on at the same time. */
  mostPlacesAtOnce: number;
  /** While updates are worked on, the wait until more are asked for. */
  pollAgainMs: number;
  /** Growing waits after failures. */
  retryMinMs: number;
  retryMaxMs: number;
  /** The same while another instance polls with the token. */
  conflictMinMs: number;
  conflictMaxMs: number;
  /** Between two looks at whether a refused token is accepted again. */
  refusedTokenMs: number;
  /** Between two looks at whether the webhook is still set, and whether updates wait. */
  webhookCheckMs: number;
  /** Commands older than this are not run any more. */
  oldCommandMs: number;
  /** Largest answer of the API read, and largest update taken by the webhook. */
  mostAnswerBytes: number;
  mostUpdateBytes: number;
}

export const DEFAULT_TELEGRAM_SETTINGS: TelegramSettings = {
  pollHoldSeconds: 50,
  pollDeadlineMs: 65_000,
  callDeadlineMs: 30_000,
  quickDeadlineMs: 5_000,
  updateDeadlineMs: 30_000,
  mostPlacesAtOnce: 16,
  pollAgainMs: 500,
  retryMinMs: 1_000,
  retryMaxMs: 30_000,
  conflictMinMs: 5_000,
  conflictMaxMs: 60_000,
  refusedTokenMs: 300_000,
  webhookCheckMs: 60_000,
  oldCommandMs: 120_000,
  mostAnswerBytes: 5_000_000,
  mostUpdateBytes: 1_000_000,
};
