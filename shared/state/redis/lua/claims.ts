/**
 * The values of `idempotency:` keys, by their first letter:
 *   `c|token`                  held, never failed: ends with the key
 *   `r|failures|until|token`   held, failed before: ends at `until` (ms), the key lives on to keep the failures
 *   `f|failures`               free, failed before
 *   `d|at|outcome`             done at `at` (ms)
 * The first is written by a plain SET NX; all other changes are made here.
 */
import { script } from "../script.ts";

const READ = `
local value = redis.call('GET', KEYS[1])
local kind = value and string.sub(value, 1, 1)
local failures, ends, token = 0, 0, nil
if kind == 'c' then
  token = string.sub(value, 3)
elseif kind == 'r' then
  failures, ends, token = string.match(value, '^r|(%d+)|(%d+)|(.*)$')
  failures, ends = tonumber(failures), tonumber(ends)
elseif kind == 'f' then
  failures = tonumber(string.sub(value, 3))
end
local function held() return token == ARGV[2] and (kind == 'c' or ends > now) end
`;

/**
 * KEYS claim; ARGV token, ms of a claim, ms of the key, ms before which what was done is done again. Answers `claimed`
 * and failures, `busy` and until, `done` and outcome. An end that lies further off than a claim lasts shows that the server's clock was set back: it is cut.
 */
export const CLAIM = script(`${READ}
local lasts = tonumber(ARGV[3])
local done_at = kind == 'd' and tonumber(string.match(value, '^d|(%d+)|'))
if not value or (done_at and done_at < tonumber(ARGV[5])) then
  redis.call('SET', KEYS[1], 'c|' .. ARGV[2], 'PX', lasts)
  return {'claimed', 0}
end
if kind == 'd' then return {'done', string.match(value, '^d|%d+|(.*)$')} end
if kind == 'c' then
  local left = redis.call('PTTL', KEYS[1])
  if left > lasts then
    left = lasts
    redis.call('PEXPIRE', KEYS[1], left)
  end
  return {'busy', text(now + left)}
end
if ends > now + lasts then
  ends = now + lasts
  redis.call('SET', KEYS[1], 'r|' .. failures .. '|' .. text(ends) .. '|' .. token, 'KEEPTTL')
end
if ends > now then return {'busy', text(ends)} end
redis.call('SET', KEYS[1], 'r|' .. failures .. '|' .. text(now + lasts) .. '|' .. ARGV[2], 'PX', ARGV[4])
return {'claimed', failures}
`);

/** KEYS claim. Answers `none`, `held` and failures, `failed` and failures, `done` and when and outcome. */
export const LOOK = script(`${READ}
if not value then return {'none'} end
if kind == 'd' then
  local at, outcome = string.match(value, '^d|(%d+)|(.*)$')
  return {'done', at, outcome}
end
if kind == 'c' or (kind == 'r' and ends > now) then return {'held', text(failures)} end
return {'failed', text(failures)}
`);

/** KEYS claim; ARGV token, ms of a claim, ms of the key. Answers 1, or 0 when the claim is not the token's. */
export const RENEW = script(`${READ}
if not held() then return 0 end
if kind == 'c' then redis.call('PEXPIRE', KEYS[1], ARGV[3])
else
  redis.call('SET', KEYS[1], 'r|' .. failures .. '|' .. text(now + ARGV[3]) .. '|' .. token, 'PX', ARGV[4])
end
return 1
`);

/** KEYS claim; ARGV token, outcome, ms of the key. Answers 1, or 0 when the claim is not the token's. */
export const COMPLETE = script(`${READ}
if not held() then return 0 end
redis.call('SET', KEYS[1], 'd|' .. text(now) .. '|' .. ARGV[3], 'PX', ARGV[4])
return 1
`);

/** KEYS claim; ARGV token, `1` when the handler failed, ms of the key. Answers the failures, or -1. */
export const RELEASE = script(`${READ}
if not held() then return -1 end
if ARGV[3] == '1' then failures = failures + 1 end
if failures == 0 then redis.call('DEL', KEYS[1])
else redis.call('SET', KEYS[1], 'f|' .. failures, 'PX', ARGV[4]) end
return failures
`);
