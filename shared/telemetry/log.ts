import type { LogForm } from "../contracts/config.ts";
import type { Clock, Log, LogFields } from "../contracts/deps.ts";
import { atTurnEnd, systemClock } from "../system/mod.ts";
import { writtenFields } from "./fields.ts";
import { LineBuffer } from "./line_buffer.ts";
import { redactText } from "./redact.ts";

/** From the most to the least; `silent` writes nothing. */
export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

/** The least level that is written. */
export type LogLevel = typeof LOG_LEVELS[number];

/** How to write the log. */
export interface LogOptions {
  level: LogLevel;
  /** For a person at a terminal: coloured lines instead of JSON. Loads pino-pretty. */
  pretty: boolean;
  /** How lines are written when nobody looks at them; JSON with `level` and `msg` by default. */
  form?: LogForm;
  /** Takes lines, each with its line end. By default they go to the standard output at once. */
  write?: (lines: string) => void;
  /** When lines that can wait are written; by default at the end of the event loop's turn. */
  atTurnEnd?: (then: () => void) => void;
  clock?: Pick<Clock, "now">;
}

const encoder = new TextEncoder();

/** Writes a line to the standard output before it returns, so that a process that dies after it has still said it. */
function writeToStdout(line: string): void {
  let rest = encoder.encode(line);
  try {
    while (rest.length > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
  } catch (error) {
    // The reader went away (`… | head`). There is nobody left to tell, and work must not fail for it.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

async function prettyLine(): Promise<(line: object) => string> {
  const { prettyFactory } = await import("pino-pretty");
  const colorize = !Deno.noColor;
  const format = prettyFactory({
    colorize,
    colorizeObjects: colorize,
    translateTime: "SYS:HH:MM:ss.l",
    singleLine: true,
    errorLikeObjectKeys: ["error"],
  });
  return (line) => format(line) ?? "";
}

/** What a line is made of; its fields are one text by then. */
interface Line {
  readonly time: string;
  readonly level: Exclude<LogLevel, "silent">;
  readonly fields: string;
  readonly msg: string;
}

function jsonLine({ time, level, fields, msg }: Line): string {
  return `{"time":"${time}","level":"${level}",${fields}"msg":${JSON.stringify(msg)}}\n`;
}

/** Source: cloud.google.com/logging/docs/structured-logging, and LogSeverity in its reference. */
const SEVERITIES = { debug: "DEBUG", info: "INFO", warn: "WARNING", error: "ERROR" } as const;

function cloudLine({ time, level, fields, msg }: Line): string {
  return `{"time":"${time}","severity":"${SEVERITIES[level]}",${fields}"message":${JSON.stringify(msg)}}\n`;
}

/** What ties a line to its trace in Cloud Logging; an id is 32 hex digits, and anything else is left out. */
function cloudTrace(project_id: string, trace_id = ""): string {
  if (project_id === "" || !/^[0-9a-f]{32}$/.test(trace_id)) return "";
  return `"logging.googleapis.com/trace":"projects/${project_id}/traces/${trace_id}",`;
}

/** What can't wait: the process may be about to die of it. */
const URGENT: ReadonlySet<LogLevel> = new Set(["warn", "error"]);

/** How a process ends that still runs code; lines that waited are written then. */
const ENDS = ["unload", "error", "unhandledrejection"] as const;

/**
 * Opens the log: one line each, JSON as `{time, level, …fields, msg}` with `time` in ISO 8601 UTC. Only the fields of
 * `LogFields` are written; secrets and e-mail addresses are taken out of the message and of every value. Warnings and
 * errors are written before the call returns, other lines together with those of the same turn of the event loop, in
 * the order in which they were said.
 */
export async function openLog(options: LogOptions): Promise<Log> {
  const clock = options.clock ?? systemClock;
  const buffer = new LineBuffer(options.write ?? writeToStdout, options.atTurnEnd ?? atTurnEnd);
  for (const end of ENDS) globalThis.addEventListener(end, () => buffer.flush());
  const form = options.form ?? { kind: "json" };
  const pretty = options.pretty ? await prettyLine() : undefined;
  const time = timestamps(clock);
  const least = LOG_LEVELS.indexOf(options.level);
  const isEnabled = (level: LogLevel) => LOG_LEVELS.indexOf(level) >= least;
  const at = (level: Line["level"]) => (message: string, fields: LogFields = {}) => {
    if (!isEnabled(level)) return;
    const traced = form.kind === "cloud" ? cloudTrace(form.project_id, fields.trace_id) : "";
    const line: Line = { time: time(), level, fields: traced + writtenFields(fields), msg: redactText(message) };
    if (pretty !== undefined) buffer.add(pretty(JSON.parse(jsonLine(line))));
    else buffer.add(form.kind === "cloud" ? cloudLine(line) : jsonLine(line));
    if (URGENT.has(level)) buffer.flush();
  };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    enabled: isEnabled,
  };
}

/** The time as ISO 8601 UTC, written out once a millisecond. */
function timestamps(clock: Pick<Clock, "now">): () => string {
  let written_ms = -1;
  let text = "";
  return () => {
    const now_ms = clock.now();
    if (now_ms === written_ms) return text;
    text = new Date(now_ms).toISOString();
    written_ms = now_ms;
    return text;
  };
}
