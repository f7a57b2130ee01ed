/** The simulated providers in this process, which survives, and what the victim acknowledged of their notifications. */
import { z } from "zod";
import { connectPerson } from "../../scripts/connect_person.ts";
import { createSimulator, type Simulator, type TrueMail } from "../../scripts/simulator/mod.ts";
import type { Fetch } from "../../shared/contracts/deps.ts";
import { systemClock, systemFetch } from "../../shared/system/mod.ts";

export const ADMIN_KEY = "an-operators-key-for-tests-only";

const Notification = z.object({ value: z.array(z.object({ resourceData: z.object({ id: z.string() }).optional() })) });

/** One person's mails as they were when a notification that was acknowledged set out: the mails' words by id. */
export type Snapshot = ReadonlyMap<string, string>;

/** Simulated providers on a port of their own. */
export interface Providers {
  readonly simulator: Simulator;
  /** What lets a victim find them. */
  readonly env: Readonly<Record<string, string>>;
  /** For each person the mailbox that the newest acknowledged notification told of. */
  readonly acknowledged: ReadonlyMap<string, Snapshot>;
  connect(user: string, url: string): Promise<void>;
  /** Gives the pages that were held back. */
  release(): void;
  close(): Promise<void>;
}

/** What the providers are like. */
export interface ProvidersOptions {
  readonly seed: number;
  readonly users: readonly string[];
  /** How many each mailbox holds at first. */
  readonly mails: number;
  /** Items of a page at most; Graph may always give fewer than it is asked for. */
  readonly page_size?: number;
  /** So many pages of mails are given; the next ones only after `release`. */
  readonly pages_max?: number;
}

/** Mails are read by the deltas of their folders, and at first the newest of all folders by a list. */
const MAIL_PAGE = /\/messages(\/delta)?$/;

/** Serves them. */
export function serveProviders({ seed, users, mails, page_size, pages_max = Infinity }: ProvidersOptions): Providers {
  const reached: { simulator?: Simulator } = {};
  const released = Promise.withResolvers<void>();
  let pages = 0;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    if (MAIL_PAGE.test(new URL(request.url).pathname) && ++pages > pages_max) await released.promise;
    return await reached.simulator?.fetch(paged(request, page_size)) ?? new Response(null, { status: 503 });
  });
  const origin = `http://127.0.0.1:${server.addr.port}`;
  const acknowledged = new Map<string, Snapshot>();
  const fetch: Fetch = async (input, init) => {
    const before = snapshotFor(simulator, users, init?.body);
    try {
      const answer = await systemFetch(input, init);
      if (answer.ok) {
        if (before !== null) acknowledged.set(before.user, before.snapshot);
        return answer;
      }
      await answer.body?.cancel();
    } catch {
      // It was killed before it answered.
    }
    // Not repeated, as if the provider gave up: a later notification would hide that an earlier one was lost.
    return new Response(null, { status: 202 });
  };
  const people = users.map((user) => ({ user, provider: "microsoft" as const, mails }));
  const simulator = createSimulator({ seed, clock: systemClock, fetch, origin, people });
  reached.simulator = simulator;
  return {
    simulator,
    acknowledged,
    env: {
      ADMIN_API_KEY: ADMIN_KEY,
      MICROSOFT_CLIENT_ID: "millrace-test",
      MICROSOFT_CLIENT_SECRET: "simulated",
      MICROSOFT_GRAPH_URL: `${origin}/graph`,
      MICROSOFT_LOGIN_URL: `${origin}/login`,
    },
    connect: (user, url) =>
      connectPerson({
        fetch: systemFetch,
        url,
        key: ADMIN_KEY,
        user,
        provider: "microsoft",
        consent: (authorizeUrl) => simulator.consent(authorizeUrl, { user }),
      }),
    release: released.resolve,
    async close() {
      released.resolve();
      await simulator.close();
      await server.shutdown();
    },
  };
}

function paged(request: Request, page_size: number | undefined): Request {
  if (page_size === undefined) return request;
  const url = new URL(request.url);
  const headers = new Headers(request.headers);
  const prefer = headers.get("prefer");
  if (prefer !== null) {
    headers.set("prefer", prefer.replace(/odata\.maxpagesize=\d+/, `odata.maxpagesize=${page_size}`));
  }
  if (MAIL_PAGE.test(url.pathname) && url.searchParams.has("$top")) url.searchParams.set("$top", String(page_size));
  // Not made from the request, whose signal ends with each kill.
  return new Request(url, { method: request.method, headers, body: request.body });
}

/** Whose mail a notification tells of, with all mails that are there as it sets out. */
function snapshotFor(simulator: Simulator, users: readonly string[], body: BodyInit | null | undefined) {
  // The validation of a new subscription comes without a body.
  const parsed = typeof body === "string" && body !== "" ? Notification.safeParse(JSON.parse(body)) : undefined;
  const id = parsed?.data?.value.at(-1)?.resourceData?.id;
  const user = id === undefined ? undefined : users.find((one) => simulator.person(one).find(id) !== undefined);
  return user === undefined ? null : { user, snapshot: wordsOf(simulator.person(user).truth()) };
}

/** Each mail's word, by the mail's id. */
export function wordsOf(truth: ReadonlyMap<string, TrueMail>): Snapshot {
  return new Map([...truth].map(([id, { word }]) => [id, word]));
}
