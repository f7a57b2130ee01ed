/** Documents by reference: JSON that begins with its revision. */
import { script } from "../script.ts";

/** KEYS ref; ARGV revision, value, ms. Answers 1, or 0 when a newer revision is there. */
export const PUT = script(`
local old = redis.call('GETRANGE', KEYS[1], 0, 40)
local revision = string.match(old, '^{"revision":(%d+)')
if revision and tonumber(revision) > tonumber(ARGV[2]) then return 0 end
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
return 1
`);
