/**
 * The ledger of a resource. Everything that is written checks the lease (`KEYS[1]`, `ARGV[2]`, `ARGV[3]`) in the same
 * step. An entry's value begins with its revision in seven bytes, a letter for its state (`p`ending, `d`one: published,
 * `t`ombstone) and a letter for its doubt (`n`one, `g`one: removed, `r`eread); the rest is not looked at here.
 */
import { script } from "../script.ts";
import { HELD } from "./leases.ts";

/**
 * KEYS signals, head; ARGV token, owner, work. Answers the revision, the tries and the work that was
 * begun before, or nothing when the lease is gone.
 */
export const ISSUE = script(`${HELD}
if not held() then return false end
local found = redis.call('HMGET', KEYS[2], 'revision', 'work', 'tries')
local floor = tonumber(redis.call('HGET', KEYS[1], 'floor') or 0)
local revision = math.max(now_us, tonumber(found[1] or 0) + 1, floor + 1)
local tries = found[2] == ARGV[4] and tonumber(found[3] or 0) + 1 or 1
redis.call('HSET', KEYS[2], 'revision', text(revision), 'work', ARGV[4], 'tries', tries)
return {text(revision), tries, found[2] or ''}
`);

const PARTS = `
local function parts(value)
  return struct.unpack('>I7', value), string.sub(value, 8, 8), string.sub(value, 9, 9)
end
`;

/**
 * KEYS signals, head, doubts, tombstones, names, then the buckets; ARGV token, owner, `1` for a commit, `1` when there
 * is a head, the head, how many names, then name and text of each, then for each entry: number of its bucket, field,
 * document id, revision, value. Answers 1, 0 when the lease is gone, or -1 when a name stands for another text already.
 * A set of doubts or tombstones is touched only when an entry goes in or out.
 */
export const WRITE = script(`${HELD}${PARTS}
if not held() then return 0 end
local first = 8 + 2 * tonumber(ARGV[7])
for at = 8, first - 2, 2 do
  local new = redis.call('HSETNX', KEYS[5], ARGV[at], ARGV[at + 1]) == 1
  if not new and redis.call('HGET', KEYS[5], ARGV[at]) ~= ARGV[at + 1] then return -1 end
end
local function keep(set, is, was, score, id)
  if is then redis.call('ZADD', set, score, id)
  elseif was then redis.call('ZREM', set, id) end
end
for at = first, #ARGV, 5 do
  local bucket, field, id, revision, value = KEYS[5 + ARGV[at]], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  local old = redis.call('HGET', bucket, field)
  local old_revision, old_state, old_doubt = 0, 'd', 'n'
  if old then old_revision, old_state, old_doubt = parts(old) end
  if old_revision <= tonumber(revision) then
    local _, state, doubt = parts(value)
    redis.call('HSET', bucket, field, value)
    keep(KEYS[3], doubt ~= 'n', old_doubt ~= 'n', 0, id)
    keep(KEYS[4], state == 't', old_state == 't', revision, id)
  end
end
if ARGV[4] == '1' then
  redis.call('HDEL', KEYS[2], 'work', 'tries')
  if ARGV[5] == '1' then redis.call('HSET', KEYS[2], 'head', ARGV[6]) end
end
return 1
`);

/** KEYS doubts, tombstones, bucket; ARGV revision, then field and id of documents: those still older tombstones go. */
export const SWEEP = script(`${PARTS}
local removed = 0
for at = 3, #ARGV, 2 do
  local field, id = ARGV[at], ARGV[at + 1]
  local value = redis.call('HGET', KEYS[3], field)
  local revision, state = nil, nil
  if value then revision, state = parts(value) end
  if not value then redis.call('ZREM', KEYS[2], id)
  elseif state == 't' and revision < tonumber(ARGV[2]) then
    redis.call('HDEL', KEYS[3], field)
    redis.call('ZREM', KEYS[1], id)
    redis.call('ZREM', KEYS[2], id)
    removed = removed + 1
  end
end
return removed
`);

/**
 * KEYS signals, head, then all else of the resource; ARGV ms to keep what is left: the last token and revision, which
 * no later one may repeat. After that the time is a safe lower bound.
 */
export const DROP = script(`
local found = redis.call('HMGET', KEYS[1], 'token', 'floor')
local revision = tonumber(redis.call('HGET', KEYS[2], 'revision') or 0)
local floor = math.max(revision, tonumber(found[2] or 0))
redis.call('UNLINK', unpack(KEYS))
if found[1] then
  redis.call('HSET', KEYS[1], 'token', found[1], 'floor', text(floor))
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 1
`);
