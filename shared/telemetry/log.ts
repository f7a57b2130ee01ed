// pino's browser build: half the import time of the build for Node.js, which loads worker threads and streams that are
// not wanted here, and it needs no permission. What it writes is ours to write.
// @ts-types="pino"
import pino from "pino/browser.js";
import type { Clock, Log, LogFields } from "../contracts/deps.ts";
import { systemClock } from "../system/mod.ts";
import { writtenFields } from "./fields.ts";
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
  /** Takes a line with its line end. By default it goes to the standard output at once. */
  write?: (line: string) => void;
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

/**
 * Opens the log: one line each, JSON as `{level, time, …fields, msg}` with `time` in ISO 8601 UTC. Only the fields of
 * `LogFields` are written; secrets and e-mail addresses are taken out of the message and of every value.
 */
export async function openLog(options: LogOptions): Promise<Log> {
  const write = options.write ?? writeToStdout;
  const clock = options.clock ?? systemClock;
  const toLine = options.pretty ? await prettyLine() : (line: object) => `${JSON.stringify(line)}\n`;
  const logger = pino({
    level: options.level,
    timestamp: () => new Date(clock.now()).toISOString(),
    browser: {
      write: (line: object) => write(toLine(line)),
      formatters: { level: (label) => ({ level: label }) },
    },
  });
  const at = (level: Exclude<LogLevel, "silent">) => (message: string, fields: LogFields = {}) => {
    if (!logger.isLevelEnabled(level)) return;
    logger[level](writtenFields(fields), redactText(message));
  };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    enabled: (level) => logger.isLevelEnabled(level),
  };
}
