import type { VenueId } from './catalogue.ts';
import { type Control, DEFAULT_SHOCK_MS, type SimulatedSource } from './control.ts';
import type { FaultKind } from './faults.ts';
import { type LendingView, viewLending } from './lending-view.ts';
import type { SimClock } from './sim-clock.ts';
import { type VenueView, viewVenue } from './venue-view.ts';
import type { WireAnswer, WireRequest } from './wire/answer.ts';
import { answerBinanceUsdm } from './wire/binance-usdm.ts';
import { answerBybit } from './wire/bybit.ts';
import { answerHyperliquid } from './wire/hyperliquid.ts';
import { answerMorphoBlue } from './wire/morpho-blue.ts';
import { addShock, advanceWorld } from './world.ts';
import type { World } from './world-state.ts';

type View = VenueView | LendingView;

/** The world behind its sources: brings it up to date, keeps pictures, freezes and shocks. */
export interface ExchangeHall {
  /** Steps the world up to the clock. */
  catchUp(): void;
  faultOf(source: SimulatedSource): FaultKind;
  answer(source: SimulatedSource, request: WireRequest): WireAnswer;
  control(command: Control): void;
}

const ANSWER: Readonly<Record<VenueId, (request: WireRequest, view: VenueView) => WireAnswer>> = {
  'binance-usdm': answerBinanceUsdm,
  bybit: answerBybit,
  hyperliquid: answerHyperliquid,
};

export function createExchangeHall(world: World, clock: SimClock): ExchangeHall {
  const faults = new Map<SimulatedSource, FaultKind>();
  /** The latest picture of each source: made once a step, kept while frozen. */
  const pictures = new Map<SimulatedSource, View>();

  function catchUp(): void {
    advanceWorld(world, clock.now());
  }

  function picture<V extends View>(source: SimulatedSource, draw: () => V): V {
    const kept = pictures.get(source) as V | undefined;
    if (kept !== undefined && (kept.at === world.at || faults.get(source) === 'frozen'))
      return kept;
    const drawn = draw();
    pictures.set(source, drawn);
    return drawn;
  }

  function venuePicture(source: VenueId): VenueView {
    return picture(source, () => viewVenue(world, source));
  }

  function lendingPicture(): LendingView {
    return picture('morpho-blue', () => viewLending(world.lending, world.at));
  }

  function answer(source: SimulatedSource, request: WireRequest): WireAnswer {
    catchUp();
    if (source === 'morpho-blue') return answerMorphoBlue(request, lendingPicture());
    return ANSWER[source](request, venuePicture(source));
  }

  function setFault(source: SimulatedSource, kind: FaultKind): void {
    catchUp();
    faults.delete(source);
    // The picture of this very moment is what it goes on showing.
    if (source === 'morpho-blue') lendingPicture();
    else venuePicture(source);
    faults.set(source, kind);
  }

  function control(command: Control): void {
    if ('pause' in command) clock.pause();
    else if ('resume' in command) clock.resume();
    else if ('speed' in command) clock.setSpeed(command.speed);
    else if ('fault' in command) setFault(command.fault.source, command.fault.kind);
    else {
      catchUp();
      const { asset, fraction, side = 'down', durationMs = DEFAULT_SHOCK_MS } = command.shock;
      const logMove = side === 'down' ? Math.log(1 - fraction) : Math.log(1 + fraction);
      addShock(world, asset, logMove, durationMs);
    }
  }

  return { catchUp, faultOf: (source) => faults.get(source) ?? 'none', answer, control };
}
