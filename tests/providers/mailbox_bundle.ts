/** A mailbox with everything around it answered by the test: the network, the token endpoint, the time. */
import { COLLECTIONS, Connection } from "../../shared/contracts/records.ts";
import type { Fetch } from "../../shared/contracts/deps.ts";
import { openMailbox } from "../../shared/providers/mailbox.ts";
import type { OAuth, Tokens } from "../../shared/providers/port.ts";
import { readTokens, tokenRecord } from "../../shared/providers/tokens.ts";
import { openCounters } from "../../shared/telemetry/counters.ts";
import { SimulatedClock } from "../simulation/clock.ts";
import { seededRandom } from "../simulation/random.ts";
import { PLAIN_VAULT, SILENT_LOG } from "./account.ts";
import { memoryState } from "./memory_state.ts";
import { TEST_CONNECTION } from "./scripted_mailbox.ts";

export const HOST = "https://provider.test/v1.0";
const { connection_id, user_id } = TEST_CONNECTION;

/** What the test answers. */
export interface MailboxWorld {
  readonly fetch?: (request: Request, clock: SimulatedClock) => Response | Promise<Response>;
  readonly refresh?: (tokens: Tokens, clock: SimulatedClock) => Promise<Tokens>;
  /** How long the stored access token is still good for. */
  readonly life_ms?: number;
}

/** Opens the mailbox's surroundings; `open` opens one mailbox, as each instance does. */
export async function mailboxBundle(options: MailboxWorld = {}) {
  const clock = new SimulatedClock({ settlePauses: 0 });
  const counters = openCounters();
  const state = memoryState(clock);
  const requests: Request[] = [];
  const refreshed: Tokens[] = [];
  const fetch: Fetch = async (input, init) => {
    const request = new Request(input, init);
    requests.push(request);
    const answer = options.fetch ?? (() => Response.json({}));
    return await answer(request, clock);
  };
  const stored: Tokens = {
    access_token: "access-0",
    refresh_token: "refresh-0",
    expires_at_ms: clock.now() + (options.life_ms ?? 3_600_000),
    scopes: ["Mail.Read"],
  };
  const oauth: OAuth = {
    authorizeUrl: () => Promise.reject(new Error("unused")),
    exchange: () => Promise.reject(new Error("unused")),
    revoke: () => Promise.resolve(),
    account: () => Promise.reject(new Error("unused")),
    async refresh(tokens) {
      refreshed.push(tokens);
      return await (options.refresh ?? nextTokens)(tokens, clock);
    },
  };
  await state.records({ user_id }).commit([
    { op: "put", collection: COLLECTIONS.connections, id: connection_id, value: TEST_CONNECTION },
    {
      op: "put",
      collection: COLLECTIONS.tokens,
      id: connection_id,
      value: await tokenRecord(PLAIN_VAULT, connection_id, stored),
    },
  ]);
  const stop = new AbortController();
  const open = () =>
    openMailbox({
      deps: { clock, counters, fetch, random: seededRandom(7), log: SILENT_LOG },
      state,
      vault: PLAIN_VAULT,
      provider: { oauth },
      connection: TEST_CONNECTION,
      signal: stop.signal,
      hosts: [HOST],
    });
  const run = <T>(work: Promise<T>) => clock.runUntil(work, { stepMs: 50 });
  const connectionState = async () =>
    Connection.parse((await state.records({ user_id }).get(COLLECTIONS.connections, connection_id))?.value).state;
  const tokensNow = async () => (await readTokens(state, PLAIN_VAULT, TEST_CONNECTION)).tokens;
  const count = (name: string) =>
    counters.snapshot().filter((series) => series.name === name).reduce((sum, series) => sum + series.value, 0);
  const series = (name: string) =>
    counters.snapshot().filter((one) => one.name === name).map(({ labels, value }) => [labels, value]);
  return { clock, state, requests, refreshed, stop, open, run, connectionState, tokensNow, count, series };
}

/** What a token endpoint gives: everything new, counted on. */
export function nextTokens(tokens: Tokens, clock: SimulatedClock): Promise<Tokens> {
  const number = Number(tokens.refresh_token.split("-")[1]) + 1;
  return Promise.resolve({
    ...tokens,
    access_token: `access-${number}`,
    refresh_token: `refresh-${number}`,
    expires_at_ms: clock.now() + 3_600_000,
  });
}

/** The authorisation that a request carried. */
export function bearer(request: Request | undefined): string {
  return request?.headers.get("authorization") ?? "";
}
