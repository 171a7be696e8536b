/** One deliberate fault, and the test file that has to notice it. */
export interface Mutation {
  /** The property that is broken, in words. */
  breaks: string;
  file: string;
  /** Occurs exactly once in the file. */
  find: string;
  replace: string;
  test: string;
}

/**
 * The faults that would hurt most and that nobody would see from outside. A new core rule comes with
 * a line here.
 */
export const MUTATIONS: readonly Mutation[] = [
  {
    breaks: 'a trigger is reached only after every nearer one',
    file: 'src/signals/cascade/barrier.ts',
    find: 'if (own > highest) highest = own;',
    replace: 'highest = Math.max(0, own);',
    test: 'tests/unit/signals/cascade/worked-example.test.ts',
  },
  {
    breaks: 'the barrier solution equals selling round by round',
    file: 'src/signals/cascade/barrier.ts',
    find: 'usdBefore = cumulativeUsd[j] as number;',
    replace: 'usdBefore = (cumulativeUsd[j] as number) - usdBefore;',
    test: 'tests/property/signals/cascade/end-point.test.ts',
  },
  {
    breaks: 'what fell silent never lowers a score (order books)',
    file: 'src/signals/score/impact-params.ts',
    find: 'if (book.fresh) fresh += usdPerUnit;',
    replace: 'fresh += book.fresh ? usdPerUnit : 2 * usdPerUnit;',
    test: 'tests/property/signals/silence.test.ts',
  },
  {
    breaks: 'what fell silent never lowers a score (funding)',
    file: 'src/signals/score/funding.ts',
    find: 'clip(last + stepsAnnual, last,',
    replace: 'clip(last - stepsAnnual, -9,',
    test: 'tests/property/signals/silence.test.ts',
  },
  {
    breaks: 'a price that was touched has no liquidations left',
    file: 'src/signals/profile/entry-walk.ts',
    find: 'removeTouched(walk, lowLog, highLog);',
    replace: '',
    test: 'tests/unit/signals/profile/entry-map.test.ts',
  },
  {
    breaks: 'one venue alone never makes a critical reading',
    file: 'src/signals/score/eligibility.ts',
    find: "? 'high' : 'critical'",
    replace: "? 'critical' : 'critical'",
    test: 'tests/unit/signals/score/evaluate.test.ts',
  },
  {
    breaks: 'missing data alone raises no alert',
    file: 'src/alerts/sense.ts',
    find: 'const level = lower(apparent, seen.levelFrozen);',
    replace: 'const level = apparent;',
    test: 'tests/unit/alerts/decide-raise.test.ts',
  },
  {
    breaks: 'no alert is cleared on thin coverage',
    file: 'src/alerts/decide-open.ts',
    find: 'if (!(reading.coverage.fraction >= policy.minCoverageFraction)) {',
    replace: 'if (reading.coverage.fraction < 0) {',
    test: 'tests/unit/alerts/decide-open.test.ts',
  },
  {
    breaks: 'two deciders never overwrite each other',
    file: 'src/store/alerts.ts',
    find: ".where('version', '=', version)",
    replace: '',
    test: 'tests/contract/store/sqlite.test.ts',
  },
  {
    breaks: 'a newer state of an incident replaces its unsent older ones, not the other way round',
    file: 'src/store/outbox-superseding.ts',
    find: ".where('sequence', '<', message.sequence)",
    replace: ".where('sequence', '>', message.sequence)",
    test: 'tests/contract/store/sqlite.test.ts',
  },
  {
    breaks: 'the most severe message is claimed first',
    file: 'src/store/outbox-due.ts',
    find: ".orderBy('message.severity', 'desc')",
    replace: ".orderBy('message.severity', 'asc')",
    test: 'tests/contract/store/sqlite.test.ts',
  },
  {
    breaks: 'a message that may have arrived is not sent again and again',
    file: 'src/bot/delivery/retry-policy.ts',
    find: 'return facts.severity >= 2 && uncertain <= 1;',
    replace: 'return uncertain <= 9;',
    test: 'tests/unit/bot/delivery/delivery.test.ts',
  },
  {
    breaks: 'an edit that replaces an unsent warning is posted: else the warning would never come',
    file: 'src/store/outbox-superseding.ts',
    find: 'if (delivery !== null) continue;',
    replace: 'if (delivery !== undefined) continue;',
    test: 'tests/contract/store/sqlite.test.ts',
  },
  {
    breaks: 'while an incident gets worse somebody is told anew, not by an edit',
    file: 'src/alerts/appearance.ts',
    find: "return notice.kind === 'escalate' || isEnd(notice) ? ['post', 'retire'] : ['edit-or-post'];",
    replace: "return isEnd(notice) ? ['post', 'retire'] : ['edit-or-post'];",
    test: 'tests/unit/alerts/route-editing.test.ts',
  },
  {
    breaks: 'a shared chat is changed only by those who may',
    file: 'src/bot/handle-request.ts',
    find: 'return allowed ? undefined :',
    replace: 'return allowed || name.length > 0 ? undefined :',
    test: 'tests/unit/bot/handle-request.test.ts',
  },
  {
    breaks: 'a button of another chat does nothing (Telegram)',
    file: 'src/bot/platforms/telegram/press-data.ts',
    find: "return hash === hashOf(chat) ? { kind: 'command', command, text } : { kind: 'foreign' };",
    replace: "return hash === '' ? { kind: 'foreign' } : { kind: 'command', command, text };",
    test: 'tests/unit/bot/platforms/telegram/press-data.test.ts',
  },
  {
    breaks: 'an empty text is no number',
    file: 'src/sources/kit/decode.ts',
    find: "if (typeof input === 'string' && !DECIMAL.test(input)) return undefined;",
    replace: '',
    test: 'tests/unit/sources/decode.test.ts',
  },
  {
    breaks: 'Hyperliquid figures are matched by index only when the lists are equally long',
    file: 'src/sources/exchanges/hyperliquid/rows.ts',
    find: 'if (universe.length !== figures.length) {',
    replace: 'if (universe.length > figures.length + 9) {',
    test: 'tests/unit/sources/hyperliquid.test.ts',
  },
  {
    breaks: 'a dex of Hyperliquid that is not asked is given again, not left out',
    file: 'src/sources/exchanges/hyperliquid/builder-dexes.ts',
    find: 'return list.names.flatMap(',
    replace: 'return turn.flatMap(',
    test: 'tests/unit/sources/hyperliquid-dexes.test.ts',
  },
  {
    breaks: 'the largest open interest of Binance is read before anything else',
    file: 'src/sources/exchanges/binance-usdm/interest-plan.ts',
    find: '[...largest, ...turn, ...moved]',
    replace: '[...turn, ...largest, ...moved]',
    test: 'tests/unit/sources/binance-interest-plan.test.ts',
  },
  {
    breaks: 'open interest that counts both sides is halved (Bybit linear)',
    file: 'src/sources/exchanges/bybit/open-interest.ts',
    find: 'openInterestBase: (both.openInterest / 2) * coin.multiplier,',
    replace: 'openInterestBase: both.openInterest * coin.multiplier,',
    test: 'tests/contract/sources/recorded.test.ts',
  },
  {
    breaks: 'open interest that counts both sides is halved (Bybit inverse)',
    file: 'src/sources/exchanges/bybit/open-interest.ts',
    find: 'return both === undefined ? undefined : both / 2;',
    replace: 'return both;',
    test: 'tests/unit/sources/bybit.test.ts',
  },
  {
    breaks: 'a loan is liquidated where its collateral no longer covers the debt',
    file: 'src/signals/profile/position-state.ts',
    find: "if (need > 0 && cover > 0) return { side: 'down', multiple: need / cover };",
    replace: "if (need > 0 && cover > 0) return { side: 'down', multiple: cover / need };",
    test: 'tests/unit/signals/profile/lending-units.test.ts',
  },
  {
    breaks: 'a job never overlaps itself',
    file: 'src/scheduler.ts',
    find: 'if (state.running) {',
    replace: 'if (state.runs < 0) {',
    test: 'tests/unit/scheduler.test.ts',
  },
  {
    breaks: 'a secret never reaches a log line',
    file: 'src/log.ts',
    find: "text.replaceAll(secret, '[secret]')",
    replace: 'text',
    test: 'tests/unit/log.test.ts',
  },
  {
    breaks: "a stock's open interest is never added to the coin of its name",
    file: 'src/pipeline/coins-only.ts',
    find: 'else known.add(observation.instrument);',
    replace: 'else known.delete(observation.instrument);',
    test: 'tests/unit/pipeline/collect.test.ts',
  },
];
