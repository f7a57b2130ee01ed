/** What the system says of itself: the log and the counters. */
export { type HistogramValue, type MemoryCounters, openCounters, SERIES_PER_NAME_MAX } from "./counters.ts";
export { expose, type Exposition, type Scrape } from "./exposition.ts";
export { LOG_LEVELS, type LogLevel, type LogOptions, openLog } from "./log.ts";
export { redactText } from "./redact.ts";
export { openSparseWarn, type SparseWarn } from "./sparse.ts";
