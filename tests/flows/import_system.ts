/** A Millrace in a process of its own, which a test can kill, and files for it. */
import { z } from "zod";
import { systemClock } from "../../shared/system/mod.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const ADMIN_KEY = "an-operators-key-for-tests-only";

/** What is told of an import. */
export const Told = z.object({
  import_id: z.string(),
  connection_id: z.string(),
  state: z.enum(["reading", "done"]),
  files: z.number(),
  left_out: z.number(),
  refused: z.array(z.object({ name: z.string(), reason: z.string() })),
  done_files: z.number(),
  total_bytes: z.number(),
  read_bytes: z.number(),
  found: z.number(),
  duplicates: z.number(),
});
export type Told = z.infer<typeof Told>;

const Hits = z.object({
  hits: z.array(z.object({ title: z.string(), doc_type: z.string(), doc_id: z.string() })),
  facets: z.record(z.string(), z.array(z.object({ value: z.string(), count: z.number() }))),
});
const Refused = z.object({ items: z.array(z.object({ name: z.string(), offset: z.number(), reason: z.string() })) });

/** The process and its API. */
export interface Running {
  readonly url: string;
  readonly data_dir: string;
  call(user: string, path: string, init?: RequestInit): Promise<Response>;
  upload(user: string, name: string, content: BodyInit, source?: string): Promise<Response>;
  told(user: string, import_id: string): Promise<Told>;
  done(user: string, import_id: string): Promise<Told>;
  search(user: string, q: string): Promise<z.infer<typeof Hits>>;
  /** How many documents of a person are searchable. */
  count(user: string): Promise<number>;
  refused(user: string, import_id: string): Promise<z.infer<typeof Refused>["items"]>;
  kill(): Promise<void>;
}

/** Waits until there is something. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>, limit_ms = 60_000): Promise<T> {
  for (const end = systemClock.now() + limit_ms;;) {
    const found = await ask();
    if (found !== undefined) return found;
    if (systemClock.now() > end) throw new Error(`It never happened: ${what}`);
    await systemClock.sleep(25);
  }
}

/** Starts a process on a data folder. */
export async function startOn(data_dir: string): Promise<Running> {
  const note = `${data_dir}/instance.json`;
  await Deno.remove(note).catch(() => {});
  const { PATH = "", HOME = "", DENO_DIR } = Deno.env.toObject();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--no-check", "--allow-all", "main.ts"],
    cwd: ROOT,
    clearEnv: true,
    env: {
      PATH,
      HOME,
      ...(DENO_DIR === undefined ? {} : { DENO_DIR }),
      PORT: "0",
      DATA_DIR: data_dir,
      LOG_LEVEL: "silent",
      ADMIN_API_KEY: ADMIN_KEY,
      PUBLIC_URL: "https://millrace.example",
      ENCRYPTION_KEYS: `test:${new Uint8Array(32).toBase64()}`,
    },
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  const url = await eventually("the instance starts", async () => {
    const text = await Deno.readTextFile(note).catch(() => "");
    return text === "" ? undefined : z.object({ url: z.string() }).parse(JSON.parse(text)).url;
  });
  const call = (user: string, path: string, init: RequestInit = {}) =>
    fetch(`${url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${ADMIN_KEY}`, "millrace-user": user, ...init.headers },
    });
  const search = async (user: string, q: string) =>
    Hits.parse(await (await call(user, `/v1/search?q=${encodeURIComponent(q)}&limit=50`)).json());
  const told = async (user: string, id: string) => Told.parse(await (await call(user, `/v1/imports/${id}`)).json());
  return {
    url,
    data_dir,
    call,
    told,
    search,
    upload: (user, name, content, source = "archive") =>
      call(user, `/v1/imports?source=${source}`, {
        method: "POST",
        headers: { "millrace-file": encodeURIComponent(name), "content-type": "application/octet-stream" },
        body: content,
      }),
    done: (user, id) =>
      eventually("the import is read", async () => {
        const now = await told(user, id);
        return now.state === "done" ? now : undefined;
      }),
    async count(user) {
      const { facets } = await search(user, "");
      return (facets["type"] ?? []).reduce((sum, { count }) => sum + count, 0);
    },
    async refused(user, id) {
      return Refused.parse(await (await call(user, `/v1/imports/${id}/refused?limit=200`)).json()).items;
    },
    async kill() {
      child.kill("SIGKILL");
      await child.status;
    },
  };
}

/** A message of an mbox file. */
export function message(n: number, over: { id?: string; body?: string } = {}): string {
  const day = String(1 + n % 28).padStart(2, "0");
  return `From sender${n}@example.com Mon Mar ${day} 10:00:00 2025
Message-ID: ${over.id ?? `<m${n}@example.com>`}
From: Sender ${n} <sender${n}@example.com>
To: Ada <ada@example.com>
Date: ${day} Mar 2025 10:00:00 +0000
Subject: Subject number${n}

${over.body ?? `Body of message ${n}.`}

`;
}
