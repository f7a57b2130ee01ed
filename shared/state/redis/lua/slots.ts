/** Slots: a sorted set of owners by the end of each, in ms. */
import { script } from "../script.ts";

/**
 * KEYS slots; ARGV owner, most owners at once, ms of a slot. Answers 1, or 0 when all are taken. An end further off
 * than a slot lasts shows that the server's clock was set back: it is cut, so that a dead owner frees its slot in time.
 */
export const TAKE = script(`
local ends = now + ARGV[4]
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', text(now))
for _, owner in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. text(ends), '+inf')) do
  redis.call('ZADD', KEYS[1], text(ends), owner)
end
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then return 0 end
redis.call('ZADD', KEYS[1], text(ends), ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
`);
