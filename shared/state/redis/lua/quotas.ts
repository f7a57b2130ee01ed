/** Quotas: a hash each, what was spent by the number of the step of time. */
import { script } from "../script.ts";

/**
 * KEYS a quota each; ARGV for each of them units, limit, ms of its window. Answers 0 when the units are spent of all of
 * them, else how many ms it takes until they may be. A window has 59 steps and a step counts until the window has left
 * all of it; one that lies ahead shows that the server's clock was set back, and is dropped.
 */
export const SPEND = script(`
local wait = 0
for at, key in ipairs(KEYS) do
  local units, limit, step_ms = tonumber(ARGV[3 * at - 1]), tonumber(ARGV[3 * at]), tonumber(ARGV[3 * at + 1]) / 59
  local all, kept, spent = redis.call('HGETALL', key), {}, 0
  for field = 1, #all, 2 do
    local step = tonumber(all[field])
    local leaves = math.ceil((step + 60) * step_ms)
    if leaves <= now or step > math.floor(now / step_ms) then
      redis.call('HDEL', key, all[field])
    else
      spent = spent + tonumber(all[field + 1])
      table.insert(kept, { leaves, tonumber(all[field + 1]) })
    end
  end
  local over = spent + units - limit
  if over > 0 and #kept > 0 then
    table.sort(kept, function(a, b) return a[1] < b[1] end)
    local until_ms = kept[#kept][1]
    for _, one in ipairs(kept) do
      over = over - one[2]
      if over <= 0 then
        until_ms = one[1]
        break
      end
    end
    wait = math.max(wait, 1, until_ms - now)
  end
end
if wait > 0 then return wait end
for at, key in ipairs(KEYS) do
  local window_ms = tonumber(ARGV[3 * at + 1])
  redis.call('HINCRBY', key, text(math.floor(now / (window_ms / 59))), ARGV[3 * at - 1])
  redis.call('PEXPIRE', key, text(math.ceil(window_ms / 59 * 61)))
end
return 0
`);
