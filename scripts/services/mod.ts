/** Finds and starts the real services that tests and benches run against. Needs all of `deno task test`'s permissions. */
export { findPubsubEmulator, type PubsubEmulatorService, startPubsubEmulator } from "./pubsub_emulator.ts";
export { findRedis, type RedisOptions, type RedisService, startRedis } from "./redis.ts";
export { type Absent, absentLine, isAbsent, type Service } from "./service.ts";
