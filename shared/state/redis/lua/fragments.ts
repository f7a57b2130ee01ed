/** Which parts of documents are kept of a person: a sorted set of their keys by the end of each, in ms. */
import { script } from "../script.ts";

/** KEYS set; ARGV ms, key… Those whose time is over leave it, for they have left Redis. */
export const OWN = script(`
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', text(now))
for at = 3, #ARGV do redis.call('ZADD', KEYS[1], text(now + ARGV[2]), ARGV[at]) end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
`);
