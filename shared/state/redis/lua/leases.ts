/**
 * The counters and the lease of a resource: fields of one hash, `KEYS[1]`. What a drop leaves of it has a lifetime, which
 * whatever is written first takes off.
 */
import { script } from "../script.ts";

/** Reads fields as numbers, 0 where they are missing. */
const NUMBERS = `
local function numbers(...)
  local found = redis.call('HMGET', KEYS[1], ...)
  for index = 1, #found do found[index] = tonumber(found[index] or 0) end
  return unpack(found)
end
local function counters()
  local requested, published, published_at, started = numbers('requested', 'published', 'published_at', 'started')
  return {text(requested), text(published), text(published_at), text(started)}
end
`;

/** `held()`: whether the lease of token `ARGV[2]` and owner `ARGV[3]` lasts. */
export const HELD = `
local function held()
  local found = redis.call('HMGET', KEYS[1], 'token', 'owner', 'until')
  return found[1] == ARGV[2] and found[2] == ARGV[3] and tonumber(found[3] or 0) > now
end
`;

/**
 * ARGV the longest that a message is believed to be pending, ms. Answers the request's number, and 1 when a message is
 * needed. A moment of publishing that lies ahead shows that the server's clock was set back: it counts from now.
 */
export const RAISE = script(`${NUMBERS}
local requested = redis.call('HINCRBY', KEYS[1], 'requested', 1)
redis.call('PERSIST', KEYS[1])
local published, published_at, started = numbers('published', 'published_at', 'started')
if published_at > now then
  published_at = now
  redis.call('HSET', KEYS[1], 'published_at', text(now))
end
local pending = published > started and now - published_at <= tonumber(ARGV[2])
return {text(requested), pending and 0 or 1}
`);

/** ARGV the request's number. */
export const PUBLISHED = script(`${NUMBERS}
local requested, published = numbers('requested', 'published')
local number = math.min(requested, tonumber(ARGV[2]))
redis.call('PERSIST', KEYS[1])
if number >= published then
  redis.call('HSET', KEYS[1], 'published', text(number), 'published_at', text(now))
end
return 1
`);

/**
 * ARGV message, owner, ms of a lease. Answers `held`, 1 when in the message's own name, until; `waiting`, not before;
 * or `acquired`, token and the counters. Tokens grow even if the hash is lost, since the time is their lower bound.
 */
export const ACQUIRE = script(`${NUMBERS}
local lasts = tonumber(ARGV[4])
local token, ends, not_before = numbers('token', 'until', 'not_before')
if ends > now + lasts then
  ends = now + lasts
  redis.call('HSET', KEYS[1], 'until', text(ends))
end
if ends > now then
  local own = redis.call('HGET', KEYS[1], 'message') == ARGV[2]
  return {'held', own and 1 or 0, text(ends)}
end
if not_before > now then return {'waiting', text(not_before)} end
token = math.max(token + 1, now_us)
redis.call('HSET', KEYS[1], 'token', text(token), 'message', ARGV[2], 'owner', ARGV[3], 'until', text(now + lasts))
redis.call('PERSIST', KEYS[1])
local answer = {'acquired', text(token)}
for _, counter in ipairs(counters()) do table.insert(answer, counter) end
return answer
`);

/** ARGV token, owner. Answers the counters, or nothing when the lease is gone. */
export const BEGIN = script(`${NUMBERS}${HELD}
if not held() then return false end
local requested = numbers('requested')
redis.call('HSET', KEYS[1], 'started', text(requested))
return counters()
`);

/** ARGV token, owner, ms of a lease. Answers 1, or 0 when the lease is gone. */
export const RENEW = script(`${HELD}
if not held() then return 0 end
redis.call('HSET', KEYS[1], 'until', text(now + ARGV[4]))
return 1
`);

/** ARGV token, owner. Answers `released`, `again` or `lost`. */
export const RELEASE = script(`${NUMBERS}${HELD}
if not held() then return 'lost' end
local requested, started = numbers('requested', 'started')
if requested ~= started then return 'again' end
redis.call('HSET', KEYS[1], 'until', 0)
return 'released'
`);

/** ARGV token, owner. Answers 1, or 0 when the lease is gone. */
export const ABANDON = script(`${HELD}
if not held() then return 0 end
redis.call('HSET', KEYS[1], 'until', 0)
return 1
`);

/** ARGV until, ms. */
export const WAIT_UNTIL = script(`${NUMBERS}
local not_before = numbers('not_before')
redis.call('PERSIST', KEYS[1])
if tonumber(ARGV[2]) > not_before then redis.call('HSET', KEYS[1], 'not_before', ARGV[2]) end
return 1
`);
