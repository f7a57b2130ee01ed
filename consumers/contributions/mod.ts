/** What documents give to what is made of many of them. */
export { type Applied, commitAnew, contribute, replacing } from "./contribute.ts";
export { Gathered, type Work } from "./gathered.ts";
export { heldContributions } from "./held.ts";
export { OneAtATime } from "./one_at_a_time.ts";
