import { createHash } from "node:crypto";

/**
 * What every script begins with. `ARGV[1]` is added to the server's time, in microseconds: 0 but in tests.
 * Sixteen-digit numbers must leave Lua through `text`, since its own conversion keeps fourteen digits.
 */
const PRELUDE = `
local clock = redis.call('TIME')
local now_us = clock[1] * 1000000 + clock[2] + ARGV[1]
local now = math.floor(now_us / 1000)
local function text(number) return string.format('%.0f', number) end
`;

/** A Lua script, known to the server by its SHA-1. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

/** @param body may use `now` (ms), `now_us` and `text(number)`; its own arguments begin at `ARGV[2]` */
export function script(body: string): Script {
  const lua = PRELUDE + body;
  return { lua, sha: createHash("sha1").update(lua).digest("hex") };
}
