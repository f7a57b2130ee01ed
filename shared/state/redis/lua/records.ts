/** Records of one scope: `KEYS[1]` is its hash of version and floor; each collection has a hash and a set of ids. */
import { script } from "../script.ts";

/**
 * KEYS meta, then values and ids of each collection; ARGV the revision that the writes rest on or the empty text, then
 * for each step: `check`, `put` or `delete`, number of its collection, id, and the version or the JSON text.
 * Answers `committed`, `erased`, or `conflict` and the step's number from 0. All checks come before any write.
 */
export const COMMIT = script(`
local floor = tonumber(redis.call('HGET', KEYS[1], 'floor') or 0)
if ARGV[2] ~= '' and tonumber(ARGV[2]) <= floor then return {'erased'} end
local function place(at) return KEYS[2 * tonumber(ARGV[at + 1])], KEYS[2 * tonumber(ARGV[at + 1]) + 1] end
for at = 3, #ARGV, 4 do
  if ARGV[at] == 'check' then
    local value = redis.call('HGET', place(at), ARGV[at + 2])
    local version = value and string.match(value, '^%d+') or '0'
    if version ~= ARGV[at + 3] then return {'conflict', (at - 3) / 4} end
  end
end
for at = 3, #ARGV, 4 do
  local values, ids = place(at)
  local id = ARGV[at + 2]
  if ARGV[at] == 'put' then
    local version = redis.call('HINCRBY', KEYS[1], 'version', 1)
    redis.call('HSET', values, id, text(version) .. ' ' .. ARGV[at + 3])
    redis.call('ZADD', ids, 0, id)
  elseif ARGV[at] == 'delete' then
    -- So that whoever reads a scope page by page sees that it changed.
    redis.call('HINCRBY', KEYS[1], 'version', 1)
    redis.call('HDEL', values, id)
    redis.call('ZREM', ids, id)
  end
end
return {'committed'}
`);

/** KEYS values, ids; ARGV lower and upper end as ZRANGEBYLEX writes them, limit. Answers ids and values in turn. */
export const LIST = script(`
local ids = redis.call('ZRANGEBYLEX', KEYS[2], ARGV[2], ARGV[3], 'LIMIT', 0, ARGV[4])
local answer = {}
for _, id in ipairs(ids) do
  table.insert(answer, id)
  table.insert(answer, redis.call('HGET', KEYS[1], id))
end
return answer
`);

/** KEYS meta; ARGV revision. */
export const RAISE_FLOOR = script(`
local floor = tonumber(redis.call('HGET', KEYS[1], 'floor') or 0)
if tonumber(ARGV[2]) > floor then redis.call('HSET', KEYS[1], 'floor', ARGV[2]) end
return 1
`);
