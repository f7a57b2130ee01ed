/** The surroundings of a route test: an app with guards that a test chooses, a simulated clock and a log that is kept. */
import { openApp } from "../../routes/app.ts";
import type { App, Caller, Guards } from "../../routes/access.ts";
import type { Deps, LogFields } from "../../shared/contracts/deps.ts";
import { type MemoryCounters, openCounters } from "../../shared/telemetry/mod.ts";
import { SimulatedClock } from "../simulation/clock.ts";
import { seededRandom } from "../simulation/random.ts";

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields;
}

/** The outside world of a test: time stands still, the log is kept in `lines`. */
export interface TestDeps extends Deps {
  readonly clock: SimulatedClock;
  readonly counters: MemoryCounters;
  readonly lines: LogLine[];
}

/** Deps without a network: a `fetch` that a test does not replace refuses. */
export function testDeps(over: Partial<Pick<Deps, "fetch" | "random">> = {}): TestDeps {
  const lines: LogLine[] = [];
  const at = (level: string) => (message: string, fields: LogFields = {}) =>
    void lines.push({ level, message, fields });
  return {
    clock: new SimulatedClock(),
    random: seededRandom(1),
    fetch: (input) => Promise.reject(new TypeError(`Cannot fetch in this test: ${input}`)),
    log: { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") },
    counters: openCounters(),
    ...over,
    lines,
  };
}

/** Guards that let everybody in as this caller. */
export function openGuards(
  who: Omit<Caller, "by"> = { user_id: "ada", scope: "user", via: "api_key" },
): Guards {
  const caller: Caller = { ...who, by: "0123456789ab" };
  return {
    user: () => Promise.resolve(caller),
    person: () => Promise.resolve(caller),
    admin: () => Promise.resolve(caller),
    caller: () => Promise.resolve(caller),
    push: () => Promise.resolve(),
    metrics: () => Promise.resolve(),
    tick: () => Promise.resolve(),
  };
}

/** An app without routes, at `https://millrace.test`. */
export function testApp(
  over: { guards?: Guards; deps?: TestDeps; public_url?: string } = {},
): { readonly app: App; readonly deps: TestDeps } {
  const deps = over.deps ?? testDeps();
  const http = { public_url: over.public_url ?? "https://millrace.test" };
  return { deps, app: openApp({ http, guards: over.guards ?? openGuards(), deps }) };
}
