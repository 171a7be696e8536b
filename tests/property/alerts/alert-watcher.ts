import { expect } from 'vitest';
import type { Decision } from '../../../src/alerts/decision.ts';
import type { Notice } from '../../../src/alerts/model.ts';
import { type AlertPolicy, alertLevel } from '../../../src/alerts/policy.ts';
import { type Level, levelRank } from '../../../src/signals/model/ids.ts';
import type { Look } from '../../fakes/alert-machine.ts';
import { levelOfScore } from '../../fakes/make-reading.ts';

const MARGIN_POINTS = 7;
const FLOORS: Readonly<Record<Level, number>> = { low: 0, elevated: 50, high: 65, critical: 80 };

/**
 * Judges a level rule from outside: it sees what the chat sees (notices) and what the market
 * showed (looks), never the machine's state.
 */
export class AlertWatcher {
  readonly #rule: Level;
  readonly #policy: AlertPolicy;
  #incident: { id: string; sequence: number; told: Level; peak: Level; blind: boolean } | undefined;
  #levelSince = 0;
  #lastNoticeAt = 0;
  #closed: { at: number; peak: Level } | undefined;
  #calmRow = 0;
  notices = 0;

  constructor(rule: Level, policy: AlertPolicy) {
    this.#rule = rule;
    this.#policy = policy;
  }

  get isOpen(): boolean {
    return this.#incident !== undefined;
  }

  /** `look` undefined: no new usable reading at this step. */
  see(look: Look | undefined, { notice }: Decision, now: number): void {
    if (look !== undefined) this.#neverSilentWhenWorse(look, notice, now);
    this.#countCalm(look);
    if (notice === undefined) return;
    this.notices += 1;
    this.#inOrder(notice);
    if (notice.kind === 'update') {
      this.#neverMoreThanFigures(notice);
      return;
    }
    this.#neverTwice(notice, now);
    this.#neverLoweredWithoutReason(notice, look, now);
    this.#remember(notice, now);
  }

  /** Steps of one reading seen twice, or none, break no row unless the reading was missed. */
  missed(): void {
    this.#calmRow = 0;
  }

  #neverSilentWhenWorse(look: Look, notice: Notice | undefined, now: number): void {
    const market = marketLevel(look);
    const worseThan = this.#incident?.told;
    if (look.eligible === false) {
      expect(['raise', 'escalate']).not.toContain(notice?.kind);
    } else if (worseThan !== undefined) {
      const worse = levelRank(market) > levelRank(worseThan);
      expect(notice?.kind === 'escalate', `escalate at ${market} after ${worseThan}`).toBe(worse);
      if (worse) expect(notice?.level).toBe(market);
    } else {
      const due = levelRank(market) >= levelRank(this.#rule) && !this.#isCoolingDown(market, now);
      expect(notice?.kind === 'raise', `raise at ${market}`).toBe(due);
      if (due) expect(notice?.level).toBe(market);
    }
  }

  #isCoolingDown(market: Level, now: number): boolean {
    if (this.#closed === undefined || market === 'critical') return false;
    const { at, peak } = this.#closed;
    return now - at < this.#policy.cooldownMs && levelRank(market) <= levelRank(peak);
  }

  #countCalm(look: Look | undefined): void {
    if (look === undefined || this.#incident === undefined) return;
    const line = FLOORS[this.#incident.told] - MARGIN_POINTS;
    const calm = Math.max(look.score, look.frozen ?? look.score) < line;
    this.#calmRow = calm && (look.coverage ?? 1) >= 0.8 ? this.#calmRow + 1 : 0;
  }

  #inOrder(notice: Notice): void {
    const before = this.#incident;
    expect(notice.kind === 'raise').toBe(before === undefined);
    expect(notice.sequence).toBe((before?.sequence ?? 0) + 1);
    if (before !== undefined) expect(notice.incidentId).toBe(before.id);
    expect(notice.incidentId.length).toBeLessThanOrEqual(40);
  }

  #neverTwice(notice: Notice, now: number): void {
    const told = this.#incident?.told ?? 'low';
    if (notice.kind === 'repeat') {
      expect(notice.level).toBe(told);
      const interval = this.#policy.repeatMs[alertLevel(told)];
      expect(now - this.#lastNoticeAt).toBeGreaterThanOrEqual(interval);
    }
    if (notice.kind === 'blind') {
      const ends = notice.closed !== undefined;
      expect(ends || this.#incident?.blind === false).toBe(true);
    }
    if (notice.kind === 'sighted') expect(this.#incident?.blind).toBe(true);
  }

  /** An update leaves everything as it was told, and the times from which holds are measured. */
  #neverMoreThanFigures(notice: Notice): void {
    expect(notice.level).toBe(this.#incident?.told);
    expect(this.#incident?.blind).toBe(false);
    if (this.#incident !== undefined) this.#incident.sequence = notice.sequence;
  }

  #neverLoweredWithoutReason(notice: Notice, look: Look | undefined, now: number): void {
    if (notice.kind !== 'de-escalate' && notice.kind !== 'all-clear') return;
    expect(look).toBeDefined();
    expect(this.#calmRow).toBeGreaterThanOrEqual(this.#policy.stepDownReadings);
    expect(now - this.#levelSince).toBeGreaterThanOrEqual(this.#policy.minInLevelMs);
    const told = this.#incident?.told ?? 'low';
    if (notice.kind === 'de-escalate') {
      expect(levelRank(notice.level)).toBe(levelRank(told) - 1);
      expect(levelRank(notice.level)).toBeGreaterThanOrEqual(levelRank(this.#rule));
    } else {
      expect(told).toBe(this.#rule);
    }
  }

  #remember(notice: Notice, now: number): void {
    this.#lastNoticeAt = now;
    const peak = this.#incident?.peak ?? notice.level;
    if (notice.kind === 'all-clear' || notice.closed !== undefined) {
      this.#closed = notice.closed === 'no-data' ? undefined : { at: now, peak };
      this.#incident = undefined;
      this.#calmRow = 0;
      return;
    }
    if (notice.level !== this.#incident?.told) {
      this.#levelSince = now;
      this.#calmRow = 0;
    }
    this.#incident = {
      id: notice.incidentId,
      sequence: notice.sequence,
      told: notice.level,
      peak: levelRank(notice.level) > levelRank(peak) ? notice.level : peak,
      blind: notice.kind === 'blind',
    };
    if (notice.kind === 'escalate' || notice.kind === 'raise') this.#incident.blind = false;
  }
}

/** The level the market accounts for: the lowest of seen, frozen and cap. */
export function marketLevel({ score, frozen = score, levelCap = 'critical' }: Look): Level {
  const levels: Level[] = [levelOfScore(score), levelOfScore(frozen), levelCap];
  return levels.reduce((a, b) => (levelRank(b) < levelRank(a) ? b : a));
}
