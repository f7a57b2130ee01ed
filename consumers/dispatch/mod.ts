/** Dispatch: a push delivery from the door to its answer. */
export { recordSeek, SEEK_KNOWN_MS } from "./seeks.ts";
export type { Answer, Outcome } from "./answer.ts";
export { createDispatcher, type Dispatcher, type DispatcherOptions } from "./dispatcher.ts";
export { dataBase64, fromBase64, parseJson, type PushRequest, readIncoming } from "./incoming.ts";
export { ERROR_KINDS } from "./served.ts";
export { publishRefetch, sweepRefetches } from "./refetch.ts";
export { moment, REPLAYS_ATTRIBUTE, replaysOf } from "./set_aside.ts";
