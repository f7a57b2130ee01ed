/** How much an instance takes on: bounded work at once, a bounded queue before it, and an honest refusal beyond. */
export { ByteBudget } from "./budget.ts";
export { Lane, type LaneOptions, type Refusal } from "./lane.ts";
export { TimeLimit } from "./time_limit.ts";
