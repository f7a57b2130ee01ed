/** The schedule of the ticks: how often each is due. The embedded scheduler follows it; a cloud scheduler is set to it. */

/** Seconds between two calls of each tick. A tick that answers `more` is called again at once. */
export const TICK_EVERY_SECONDS = {
  /** Subscriptions at the providers, by due time. */
  renewals: 60,
  /** Resources to be read though nobody asked, by due time. */
  polls: 30,
  /** Connections to be verified, by due time, and batches to be looked after. */
  reconcile: 300,
  /** Dead letters to be handed back, what has expired. */
  sweeps: 10,
} as const;

/** A tick that has work of its own here. */
export type ScheduledTick = keyof typeof TICK_EVERY_SECONDS;
