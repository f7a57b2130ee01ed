/** The one door to an account's data: authorised, budgeted, patient. */
import type { Deps } from "../contracts/deps.ts";
import { PermanentError, TransientError } from "../contracts/errors.ts";
import type { Connection } from "../contracts/records.ts";
import type { State } from "../state/port.ts";
import { withinBudget } from "./budget.ts";
import { fileAddress } from "./file_address.ts";
import { exchange, exchangeMs } from "./http.ts";
import type { Mailbox, Provider, ProviderRequest, ProviderResponse, Tokens } from "./port.ts";
import { openTokenKeeper } from "./refresh.ts";
import { nextWait, type NotNow } from "./retry.ts";
import { spendCosts } from "./spending.ts";
import type { Vault } from "./tokens.ts";
import { judge } from "./verdict.ts";

/** What a mailbox is opened with. */
export interface MailboxOptions {
  readonly deps: Deps;
  readonly state: Pick<State, "records" | "slots" | "quotas">;
  readonly vault: Vault;
  readonly provider: Pick<Provider, "oauth">;
  readonly connection: Connection;
  /** Aborted when the holder's time is up or its lease is gone. */
  readonly signal: AbortSignal;
  /** The base addresses that requests may go to (`OpenedProvider.hosts`). */
  readonly hosts: readonly string[];
}

/** Opens the door to one account. It holds nothing that must be closed. */
export function openMailbox(options: MailboxOptions): Mailbox {
  const { deps, state, connection, signal, hosts } = options;
  const keeper = openTokenKeeper({ ...options, oauth: options.provider.oauth });

  async function send(url: string, init: ProviderRequest, tokens: Tokens): Promise<ProviderResponse | NotNow> {
    const { provider, account_id } = connection;
    const use = { provider, account_id, resource: resourceOf(init), backfill: init.purpose?.backfill ?? false };
    const count = (status: string) =>
      deps.counters.add("provider_requests_total", { provider, resource: use.resource, status });
    await spendCosts(deps, state.quotas, init.costs ?? [], { provider, backfill: use.backfill, signal });
    try {
      return await withinBudget(deps, state.slots, use, exchangeMs(init), signal, async () => {
        const answer = await exchange(deps, url, outgoing(init, tokens), signal);
        count(`${Math.floor(answer.status / 100)}xx`);
        return init.bytes_max === undefined ? answer : await followed(answer, url, init.bytes_max);
      });
    } catch (error) {
      if (!(error instanceof TransientError) || error.code !== "provider_away") throw error;
      count("none");
      return { kind: "away", retry_after_ms: null };
    }
  }

  /** A file may be at another address, which is asked without the token. */
  async function followed(answer: ProviderResponse, asked: string, bytes_max: number): Promise<ProviderResponse> {
    const address = fileAddress(answer, asked);
    if (address === null) return answer;
    const file = await exchange(deps, address, { method: "GET", headers: { accept: "*/*" }, bytes_max }, signal);
    // It knows nothing of the token, so that its "who are you?" is no reason to doubt that.
    return file.status === 401 ? { ...file, status: 403 } : file;
  }

  async function request(url: string, init: ProviderRequest = {}): Promise<ProviderResponse> {
    const target = allowedUrl(url, hosts);
    let refused = "";
    for (let retries = 0;;) {
      const tokens = await keeper.fresh(refused);
      const outcome = await send(target, init, tokens);
      const verdict = "kind" in outcome ? outcome : judge(outcome, deps.clock.now());
      if (verdict.kind === "answer" && "status" in outcome) return outcome;
      if (verdict.kind === "unauthorised") {
        if (refused !== "") return await keeper.giveUp(tokens);
        refused = tokens.access_token;
      } else if (verdict.kind !== "answer") {
        if (verdict.kind === "throttled") {
          deps.counters.add("provider_throttled_total", { provider: connection.provider, resource: resourceOf(init) });
        }
        await deps.clock.sleep(nextWait(verdict, retries++, deps.random), signal);
      }
    }
  }

  return { connection, request, signal };
}

/** What a request counts for; `account` for one that is about none of the resources. */
function resourceOf({ purpose }: ProviderRequest): string {
  return purpose?.resource ?? "account";
}

function outgoing(init: ProviderRequest, tokens: Tokens) {
  const json = init.body !== undefined && typeof init.body !== "string";
  return {
    method: init.method ?? "GET",
    headers: {
      accept: init.bytes_max === undefined ? "application/json" : "*/*",
      ...(json ? { "content-type": "application/json" } : {}),
      ...init.headers,
      authorization: `Bearer ${tokens.access_token}`,
    },
    ...(init.bytes_max === undefined ? {} : { bytes_max: init.bytes_max }),
    ...(init.body === undefined ? {} : { body: typeof init.body === "string" ? init.body : JSON.stringify(init.body) }),
  };
}

/**
 * The address, when it lies under one of the configured bases. Links come from the provider's answers: one that points
 * elsewhere would carry the person's token there.
 * @throws PermanentError `foreign_link`
 */
export function allowedUrl(url: string, hosts: readonly string[]): string {
  const target = URL.parse(url);
  const inside = target !== null && target.username === "" && target.password === "" && hosts.some((host) => {
    const base = new URL(host);
    const path = base.pathname.endsWith("/") ? base.pathname : `${base.pathname}/`;
    return target.origin === base.origin && target.pathname.startsWith(path);
  });
  if (!inside || target === null) {
    throw new PermanentError("foreign_link", `Cannot follow a link to ${target?.host ?? "an invalid address"}`);
  }
  return target.href;
}
