/** What documents give to what is made of many of them. */
export { type Applied, commitAnew, contribute } from "./contribute.ts";
export { heldContributions } from "./held.ts";
export { OneAtATime } from "./one_at_a_time.ts";
