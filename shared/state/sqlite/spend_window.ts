/** The window is counted in so many steps. */
const STEPS = 60;

/** What was spent in a sliding window of time. A step counts until the window has left all of it. */
export class SpendWindow {
  readonly #step_ms: number;
  /** What was spent, by the number of the step; the oldest first. */
  readonly #steps = new Map<number, number>();
  #spent = 0;

  constructor(window_ms: number) {
    // One step more than the window has, so that a step that has only begun to leave still counts whole.
    this.#step_ms = window_ms / (STEPS - 1);
  }

  /**
   * How long until `units` may be spent where no more than `limit` may be within the window, milliseconds; 0 for now. A
   * window in which nothing was spent takes any amount.
   */
  waitFor(units: number, limit: number, now_ms: number): number {
    this.#forget(now_ms);
    let over = this.#spent + units - limit;
    if (over <= 0) return 0;
    for (const [step, spent] of this.#steps) {
      over -= spent;
      if (over <= 0) return Math.max(1, this.#leavesAt(step) - now_ms);
    }
    const newest = [...this.#steps.keys()].at(-1);
    return newest === undefined ? 0 : Math.max(1, this.#leavesAt(newest) - now_ms);
  }

  spend(units: number, now_ms: number): void {
    this.#forget(now_ms);
    const step = Math.floor(now_ms / this.#step_ms);
    this.#steps.set(step, (this.#steps.get(step) ?? 0) + units);
    this.#spent += units;
  }

  /** True when nothing is known that matters. */
  isIdle(now_ms: number): boolean {
    this.#forget(now_ms);
    return this.#steps.size === 0;
  }

  #forget(now_ms: number): void {
    for (const [step, spent] of this.#steps) {
      if (this.#leavesAt(step) > now_ms) return;
      this.#steps.delete(step);
      this.#spent -= spent;
    }
  }

  #leavesAt(step: number): number {
    return Math.ceil((step + STEPS) * this.#step_ms);
  }
}
