/** Simulated time made from real time. Never goes backwards. */
export interface SimClock {
  /** Epoch ms, whole. */
  now(): number;
  /** Simulated ms per real ms; 0 while paused. */
  speed(): number;
  pause(): void;
  resume(): void;
  setSpeed(speed: number): void;
}

/** Begins at `startAt` and runs at `speed`; `monotonic` are real ms that only grow. */
export function createSimClock(
  startAt: number,
  speed: number,
  monotonic: () => number = () => performance.now(),
): SimClock {
  if (!(speed > 0)) throw new RangeError(`speed must be above 0, not ${speed}`);
  let runningSpeed = speed;
  let paused = false;
  let anchorSim = startAt;
  let anchorReal = monotonic();

  function read(): number {
    return paused ? anchorSim : anchorSim + (monotonic() - anchorReal) * runningSpeed;
  }

  function anchor(): void {
    anchorSim = read();
    anchorReal = monotonic();
  }

  return {
    now: () => Math.floor(read()),
    speed: () => (paused ? 0 : runningSpeed),
    pause() {
      anchor();
      paused = true;
    },
    resume() {
      anchor();
      paused = false;
    },
    setSpeed(next) {
      if (!(next > 0)) throw new RangeError(`speed must be above 0, not ${next}`);
      anchor();
      runningSpeed = next;
    },
  };
}
