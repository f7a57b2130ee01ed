/**
 * `deno task keys`: makes, lists and revokes API keys; rotates the encryption keys.
 * Needs --allow-env, --allow-read and --allow-write of DATA_DIR, and --allow-net to Redis or to the running instance.
 */
import { parseArgs } from "node:util";
import { z } from "zod";
import { openState } from "../adapters.ts";
import { type Config, ConfigError, readConfig } from "../shared/contracts/config.ts";
import type { Deps } from "../shared/contracts/deps.ts";
import { PermanentError, StoreAwayError } from "../shared/contracts/errors.ts";
import { userIdOf } from "../shared/contracts/ids.ts";
import { type KeyInfo, openApiKeys, openVault, type Resealed, resealTokens } from "../shared/security/mod.ts";
import { systemClock, systemFetch, systemRandom } from "../shared/system/mod.ts";
import { openLog } from "../shared/telemetry/mod.ts";
import { type Door, findDoor, refusalOf, UnreachableError } from "./instance.ts";
import { say, warn } from "./terminal.ts";

const HELP = `Usage: deno task keys <command> [options]

Makes, lists and revokes the keys that open /v1, and rotates the ones that tokens are encrypted with. With the embedded
stores and a running instance, that instance is asked.

Commands
  create --user ada [--name TEXT] [--expires 30d]   a key for one person
  create --admin [--name TEXT] [--expires 12h]      a key for operators
  list                                              all keys, without their secrets
  revoke ID                                         ends a key, by the id that list shows
  rotate                                            encrypts all tokens with the first of ENCRYPTION_KEYS; may be
                                                    begun again at any time

Options
  --json    print JSON
  --help    print this

The key itself is printed once, alone on the standard output: KEY=$(deno task keys create --user ada)
Exit codes: 0 done, 1 refused or failed, 2 wrong usage.
`;

/** What the command needs from outside. */
export interface KeysDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly deps: Pick<Deps, "clock" | "random" | "fetch" | "log">;
  readonly say: (line: string) => void;
  readonly warn: (line: string) => void;
}

/** The keys, wherever they are. */
interface Keys {
  create(scope: string, name: string, expires_at: string): Promise<KeyInfo & { readonly key: string }>;
  list(): Promise<readonly KeyInfo[]>;
  revoke(id: string): Promise<boolean>;
  /** One page of the rotation, after `next` of the page before; `""` for the beginning. */
  rotate(after: string): Promise<Resealed>;
  close(): Promise<void>;
}

const KeyView = z.object({
  id: z.string(),
  name: z.string(),
  scope: z.string(),
  created_at: z.string(),
  expires_at: z.string(),
});
const Made = KeyView.extend({ key: z.string() });
const Page = z.object({ items: z.array(KeyView), next_cursor: z.string() });
const Rotated = z.object({
  checked: z.number(),
  resealed: z.number(),
  unreadable: z.array(z.string()),
  next_cursor: z.string(),
});
const PAGE = 200;

/** The command or the instance says no; the message says why. */
class Refused extends Error {}

async function accepted(response: Response): Promise<Response> {
  if (response.ok) return response;
  throw new Refused(await refusalOf(response));
}

/** The keys of a running instance. */
function remoteKeys(door: Door): Keys {
  return {
    async create(scope, name, expires_at) {
      const json = { scope, name, expires_at };
      const response = await accepted(await door.call("/v1/admin/keys", { method: "POST", json }));
      return Made.parse(await response.json());
    },
    async list() {
      const found: KeyInfo[] = [];
      for (let cursor = "";;) {
        const response = await accepted(await door.call(`/v1/admin/keys?limit=${PAGE}&cursor=${cursor}`));
        const page = Page.parse(await response.json());
        found.push(...page.items);
        cursor = page.next_cursor;
        if (cursor === "") return found;
      }
    },
    async revoke(id) {
      const response = await door.call(`/v1/admin/keys/${encodeURIComponent(id)}`, { method: "DELETE" });
      if (response.status === 404) return false;
      await accepted(response);
      return true;
    },
    async rotate(after) {
      const path = `/v1/admin/encryption/rotate?limit=${PAGE}&cursor=${after}`;
      const response = await accepted(await door.call(path, { method: "POST" }));
      const { next_cursor, ...page } = Rotated.parse(await response.json());
      return { ...page, next: next_cursor };
    },
    close: () => Promise.resolve(),
  };
}

/** The keys in the stores of this configuration. */
async function storedKeys(config: Config, deps: KeysDeps["deps"]): Promise<Keys> {
  if (config.adapters === "embedded") await Deno.mkdir(config.data_dir, { recursive: true, mode: 0o700 });
  const state = await openState(config, deps);
  const keys = openApiKeys(state, deps);
  return {
    async create(scope, name, expires_at) {
      const { key, info } = await keys.create(scope, name, expires_at);
      return { ...info, key: key.reveal() };
    },
    async list() {
      const found: KeyInfo[] = [];
      for (let after = "";;) {
        const page = await keys.list({ after, limit: PAGE });
        found.push(...page);
        if (page.length < PAGE) return found;
        after = page.at(-1)?.id ?? "";
      }
    },
    revoke: (id) => keys.revoke(id),
    async rotate(after) {
      if (config.encryption_keys.length === 0) {
        throw new Refused("Set ENCRYPTION_KEYS as the instances have it: the new key first, the old ones behind it.");
      }
      const vault = await openVault(config.encryption_keys, deps.random);
      return await resealTokens(state, vault, { after, limit: PAGE });
    },
    close: () => state.close(),
  };
}

/** A running instance holds the embedded stores, so it is asked; its note may have outlived it. */
async function openKeys(config: Config, deps: KeysDeps["deps"]): Promise<Keys> {
  const door = config.adapters === "embedded" ? await findDoor(config, deps.fetch) : null;
  if (door !== null) {
    try {
      await (await door.call("/healthz")).body?.cancel();
      return remoteKeys(door);
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
    }
  }
  return await storedKeys(config, deps);
}

function readArguments(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      user: { type: "string" },
      admin: { type: "boolean", default: false },
      name: { type: "string", default: "" },
      expires: { type: "string", default: "" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false, short: "h" },
    },
  });
  const [command = "", id = "", ...rest] = positionals;
  if (values.help) return { ...values, command: "help", id };
  if (!["create", "list", "revoke", "rotate"].includes(command)) throw new Refused(`There is no command "${command}"`);
  if (rest.length > 0 || (command !== "revoke" && id !== "")) throw new Refused("There is a word too many");
  if (command === "revoke" && !/^[0-9a-f]{8,64}$/.test(id)) throw new Refused("revoke needs the id that list shows");
  if (command === "create" && (values.user === undefined) === !values.admin) {
    throw new Refused("create needs either --user or --admin");
  }
  if (values.expires !== "" && command !== "create") throw new Refused("--expires belongs to create");
  if (values.expires !== "" && !EXPIRES.test(values.expires)) {
    throw new Refused("--expires needs a time such as 30d or 12h");
  }
  if (values.name.length > 128) throw new Refused("--name is longer than 128 characters");
  return { ...values, command, id };
}

/** So many hours or days, at most some ten years. */
const EXPIRES = /^([1-9]\d{0,3})([hd])$/;
const HOURS_MS = { h: 60 * 60_000, d: 24 * 60 * 60_000 } as const;

/** The moment that many hours or days from now; `""` when none were given. */
function momentIn(expires: string, now_ms: number): string {
  const [, count = "", unit] = EXPIRES.exec(expires) ?? [];
  if (unit !== "h" && unit !== "d") return "";
  return new Date(now_ms + Number(count) * HOURS_MS[unit]).toISOString();
}

type Arguments = ReturnType<typeof readArguments>;

/** Letters that move a terminal's cursor have no business in a table. */
const printable = (text: string) => text.replaceAll(/\p{C}/gu, "?");

async function run(keys: Keys, args: Arguments, out: KeysDeps): Promise<number> {
  switch (args.command) {
    case "create": {
      const scope = args.user === undefined ? "admin" : `user:${await userIdOf(args.user)}`;
      const made = await keys.create(scope, args.name, momentIn(args.expires, out.deps.clock.now()));
      if (args.json) out.say(JSON.stringify(made));
      else {
        const until = made.expires_at === "" ? "until it is revoked" : `until ${made.expires_at}`;
        out.warn(`Key ${made.id} of scope ${made.scope}, good ${until}. It is shown this once:`);
        out.say(made.key);
      }
      return 0;
    }
    case "list": {
      const found = await keys.list();
      if (args.json) out.say(JSON.stringify({ items: found }));
      else if (found.length === 0) out.warn("There are no keys.");
      for (const { id, scope, created_at, expires_at, name } of args.json ? [] : found) {
        const end = expires_at === ""
          ? ""
          : Date.parse(expires_at) <= out.deps.clock.now()
          ? "  expired"
          : `  until ${expires_at}`;
        out.say(`${id}  ${created_at}  ${scope}${end}${name === "" ? "" : `  ${printable(name)}`}`);
      }
      return 0;
    }
    case "rotate":
      return await rotate(keys, args.json, out);
    default: {
      const revoked = await keys.revoke(args.id);
      if (args.json) out.say(JSON.stringify({ id: args.id, revoked }));
      else out.warn(revoked ? `Key ${args.id} is revoked.` : `There is no key ${args.id}.`);
      return revoked ? 0 : 1;
    }
  }
}

/** Page by page, with a line of progress each. @returns 1 when some tokens can't be read */
async function rotate(keys: Keys, json: boolean, out: KeysDeps): Promise<number> {
  let [checked, resealed, next] = [0, 0, ""];
  const unreadable: string[] = [];
  do {
    const page = await keys.rotate(next);
    checked += page.checked;
    resealed += page.resealed;
    unreadable.push(...page.unreadable);
    next = page.next;
    if (!json) out.warn(`${checked} connections looked at, ${resealed} encrypted anew${next === "" ? "." : " …"}`);
  } while (next !== "");
  if (json) out.say(JSON.stringify({ checked, resealed, unreadable }));
  else if (unreadable.length === 0) out.warn("All tokens are encrypted with the current key; the others may go.");
  else {
    out.warn(`No key of ENCRYPTION_KEYS opens the tokens of these connections: ${unreadable.join(", ")}`);
    out.warn("Put the key that is missing back, or have these people connect again.");
  }
  return unreadable.length === 0 ? 0 : 1;
}

/** Runs the command; gives the exit code. */
export async function keysCommand(args: readonly string[], out: KeysDeps): Promise<number> {
  let parsed: Arguments;
  try {
    parsed = readArguments(args);
  } catch (error) {
    out.warn(`${error instanceof Error ? error.message : error}\nSee: deno task keys --help`);
    return 2;
  }
  if (parsed.command === "help") {
    out.say(HELP);
    return 0;
  }
  try {
    const config = readConfig(out.env, { mode: "task", readFile: (path) => Deno.readTextFileSync(path) });
    const keys = await openKeys(config, out.deps);
    try {
      return await run(keys, parsed, out);
    } finally {
      await keys.close();
    }
  } catch (error) {
    const expected = [Refused, ConfigError, StoreAwayError, PermanentError, UnreachableError];
    if (!expected.some((kind) => error instanceof kind)) throw error;
    out.warn(error instanceof Error ? error.message : "");
    return 1;
  }
}

if (import.meta.main) {
  const log = await openLog({ level: "error", pretty: false, write: (line) => warn(line.trimEnd()) });
  const deps = { clock: systemClock, random: systemRandom, fetch: systemFetch, log };
  Deno.exit(await keysCommand(Deno.args, { env: Deno.env.toObject(), deps, say, warn }));
}
