/** What the worker's loop is told by everybody else. What comes while nobody listens is kept. */
export interface News {
  /** Something moved: the loop looks whether it can go on. */
  stir(): void;
  /** Messages may have become due: the loop asks the outbox. */
  due(): void;
  /** Was `due` called since this was last taken? */
  isDue(): boolean;
  takeDue(): boolean;
  /** Resolves with the next `stir` or `due`, at once when there was one since the last wait. */
  heard(): Promise<void>;
}

export function createNews(): News {
  let mayBeDue = true;
  let isStirred = false;
  let wake = () => {};

  function stir(): void {
    isStirred = true;
    wake();
  }

  return {
    stir,
    due() {
      mayBeDue = true;
      stir();
    },
    isDue: () => mayBeDue,
    takeDue() {
      const taken = mayBeDue;
      mayBeDue = false;
      return taken;
    },
    async heard() {
      if (!isStirred) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      isStirred = false;
    },
  };
}
