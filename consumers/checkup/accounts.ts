/** The checks of what is connected: grants, reading, and the subscriptions at the providers. */
import type { Finding } from "../../shared/contracts/findings.ts";
import { AccountRecord, COLLECTIONS, Connection, type ResourceStatus } from "../../shared/contracts/records.ts";
import type { State } from "../../shared/state/port.ts";
import { isGiven, soonestExpiries } from "../office/mod.ts";
import type { CheckupPorts } from "./checks.ts";
import type { Check } from "./run.ts";

const PAGE = 200;
/** More accounts are not looked at in one checkup; it says so. */
const ACCOUNTS_MAX = 2_000;
/** Names in one finding. */
const SHOWN_MAX = 5;

/** Each is read at least every 15 minutes, whatever its notifications say; twice that, and a little. */
const UNREAD_MS = 35 * 60_000;
/** Found by polls for so long while no notification came: they do not reach us. */
const UNNOTIFIED_MS = 2 * 60 * 60_000;

interface Seen {
  readonly connection: Connection;
  readonly status: ResourceStatus;
}

async function* connectionsOf(state: State): AsyncGenerator<Connection> {
  const records = state.records({ system: "accounts" });
  let after = "";
  for (let looked = 0; looked < ACCOUNTS_MAX;) {
    const page = await records.list(COLLECTIONS.accounts, { after, limit: PAGE });
    looked += page.length;
    for (const { id, value } of page) {
      after = id;
      const account = AccountRecord.safeParse(value);
      if (!account.success) continue;
      for (const { user_id, connection_id } of account.data.connections) {
        const stored = await state.records({ user_id }).get(COLLECTIONS.connections, connection_id);
        const connection = Connection.safeParse(stored?.value);
        if (connection.success) yield connection.data;
      }
    }
    if (page.length < PAGE) return;
  }
}

/** `ada, ben and 3 more`. */
function names(connections: readonly Connection[]): string {
  const people = [...new Set(connections.map(({ user_id }) => user_id))];
  const more = people.length - SHOWN_MAX;
  return people.slice(0, SHOWN_MAX).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function found(
  code: string,
  severity: Finding["severity"],
  seen: readonly Seen[],
  text: (seen: Seen, all: string) => readonly [problem: string, mend: string],
): Finding[] {
  const [first] = seen;
  if (first === undefined) return [];
  const [problem, mend] = text(first, names(seen.map(({ connection }) => connection)));
  return [{ code, severity, problem, mend }];
}

const ms = (moment: string) => moment === "" ? 0 : Date.parse(moment);

/** Grants that ended, resources that are not read, notifications that do not come. */
export const accounts: Check<CheckupPorts> = {
  name: "accounts",
  async run({ state, deps }) {
    const now = deps.clock.now();
    const lost: Connection[] = [];
    const failing: Seen[] = [], unread: Seen[] = [], unnotified: Seen[] = [];
    for await (const connection of connectionsOf(state)) {
      if (connection.state === "needs_reauth") lost.push(connection);
      if (connection.state !== "active" || connection.provider === "import") continue;
      for (const status of connection.resources) {
        if (!isGiven(connection, status.resource)) continue;
        const seen = { connection, status };
        const last_ms = Math.max(ms(status.last_read_at), ms(connection.updated_at));
        if (status.state === "failing") failing.push(seen);
        else if (status.state !== "waiting" && now - last_ms > UNREAD_MS) unread.push(seen);
        const quiet_ms = ms(status.last_change_at) -
          Math.max(ms(status.last_notification_at), ms(connection.updated_at));
        if (status.delivery === "push" && quiet_ms > UNNOTIFIED_MS) unnotified.push(seen);
      }
    }
    return [
      ...(lost.length === 0 ? [] : [{
        code: "account.needs_reauth",
        severity: "warning" as const,
        problem: `${lost.length} accounts can't be read: their grant has ended (${names(lost)}).`,
        mend: "POST /v1/connections/{provider} as the person, and have them open authorize_url",
      }]),
      ...found("resource.failing", "error", failing, ({ connection, status }, all) => [
        `Reading fails for ${failing.length} resources (${all}), first ${connection.provider} ${status.resource}.`,
        `deno task replay --user ${connection.user_id} --preview shows why`,
      ]),
      ...found("resource.unread", "error", unread, ({ connection, status }, all) => [
        `${unread.length} resources have not been read for half an hour (${all}), first ${connection.provider} ` +
        `${status.resource}.`,
        "deno task tick polls",
      ]),
      ...found("notifications.missing", "warning", unnotified, ({ connection, status }, all) => [
        `Changes come by polls alone: no notification for ${unnotified.length} resources (${all}), first ` +
        `${connection.provider} ${status.resource}.`,
        "deno task tick renewals; and see that the provider reaches PUBLIC_URL",
      ]),
    ];
  },
};

/** Subscriptions at the providers that are about to end with few attempts left to renew them. */
export const subscriptionsAtProviders: Check<CheckupPorts> = {
  name: "provider_subscriptions",
  async run({ state, deps }) {
    return (await soonestExpiries(state, deps.clock.now())).flatMap((expiry): Finding[] => {
      const { provider, due, expires_in_seconds, attempts_left } = expiry;
      if (attempts_left > 2) return [];
      const when = expires_in_seconds <= 0 ? "has ended" : `ends in ${Math.round(expires_in_seconds / 60)} minutes`;
      return [{
        code: "provider_subscription.expiring",
        severity: expires_in_seconds <= 0 ? "error" : "warning",
        problem: `A subscription at ${provider} ${when}, with ${attempts_left} attempts left (${due} are due).`,
        mend: "deno task tick renewals",
      }];
    });
  },
};
