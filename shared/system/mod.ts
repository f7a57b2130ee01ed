/** The real clock, chance and network: the one place that reads them. Opened by `main.ts` and the scripts. */
export { systemClock } from "./clock.ts";
export { systemFetch } from "./fetch.ts";
export { systemRandom } from "./random.ts";
export { answeringInTurns, atTurnEnd } from "./turn.ts";
