/** All measures, in the order in which they are taken. */
import { batch } from "./batch.ts";
import { burst } from "./burst.ts";
import { claims } from "./claims.ts";
import { coldStart } from "./cold_start.ts";
import { consumerRates, consumerRatesRedis } from "./consumer_rates.ts";
import { replay } from "./replay.ts";
import { indexRate } from "./index_rate.ts";
import { libraries } from "./libraries.ts";
import type { Measure } from "./measure.ts";
import { publish } from "./publish.ts";
import { pushEmbedded, pushRedis } from "./push.ts";
import { query } from "./query.ts";
import { relevance } from "./relevance.ts";
import { searchable } from "./searchable.ts";
import { shipments } from "./shipments.ts";
import { syncCalendar, syncGoogle, syncMicrosoft } from "./sync.ts";
import { telemetry } from "./telemetry.ts";
import { vespaPuts } from "./vespa_puts.ts";
import { watchers } from "./watchers.ts";
import { webhook } from "./webhook.ts";

export type { Measure, Outcome, Progress, Result } from "./measure.ts";
export { jsonLine, table } from "./report.ts";

/** Every figure has one name; a name belongs to one measure. */
export const MEASURES: readonly Measure[] = [
  publish,
  watchers,
  webhook,
  pushEmbedded,
  pushRedis,
  telemetry,
  claims,
  coldStart,
  searchable,
  burst,
  batch,
  syncMicrosoft,
  syncGoogle,
  syncCalendar,
  shipments,
  relevance,
  indexRate,
  consumerRates,
  consumerRatesRedis,
  replay,
  query,
  libraries,
  vespaPuts,
];
