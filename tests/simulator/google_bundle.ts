/** Ben at the simulated Google, with a desk, and the ways to ask about it. */
import assert from "node:assert/strict";
import type { SimulatedPerson, SimulatorOptions } from "../../scripts/simulator/mod.ts";
import { type Bundle, type Json, ORIGIN, setup, signIn } from "./bundle.ts";

export const GOOGLE = `${ORIGIN}/google`;
export const CALENDAR = `${GOOGLE}/calendar/v3`;
export const DRIVE = `${GOOGLE}/drive/v3`;
export const PEOPLE = `${GOOGLE}/v1`;
export const TASKS = `${GOOGLE}/tasks/v1`;

const SCOPE = "https://www.googleapis.com/auth/";
export const ALL_SCOPES = [
  "openid",
  "email",
  ...["gmail", "calendar", "contacts", "tasks", "drive"].map((api) => `${SCOPE}${api}.readonly`),
].join(" ");

const DESK = { events: 30, contacts: 20, files: 24, tasks: 20 };

/** A bundle with Ben signed in. */
export interface GoogleBundle extends Bundle {
  readonly token: string;
  readonly ben: SimulatedPerson;
  /** An answer with status 200. */
  get(url: string): Promise<Json>;
  /** The status and reason of a refusal. */
  refused(url: string, init?: RequestInit): Promise<{ status: number; reason: string; body: Json }>;
  post(url: string, body: unknown): Promise<{ status: number; body: Json }>;
  /** All pages of a list, with the answer of the last one. */
  pages(url: string, of: string): Promise<{ items: Json[]; last: Json; count: number }>;
}

export async function google(
  options: Partial<SimulatorOptions> & { desk?: typeof DESK; scopes?: string } = {},
): Promise<GoogleBundle> {
  const { desk = DESK, scopes = ALL_SCOPES, ...over } = options;
  const bundle = setup({ people: [{ user: "ben", provider: "google", mails: 5, desk }], ...over });
  const token: string = (await signIn(bundle, "ben", { scopes })).access_token;
  const call = (url: string, init?: RequestInit) => bundle.call(token, url, init);
  const get = async (url: string): Promise<Json> => {
    const { status, body } = await call(url);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  return Object.assign(bundle, {
    token,
    ben: bundle.simulator.person("ben"),
    get,
    async refused(url: string, init?: RequestInit) {
      const { status, body } = await call(url, init);
      const reason = body?.error?.errors?.[0]?.reason ?? body?.error?.details?.[0]?.reason ?? "";
      return { status, reason, body };
    },
    post: (url: string, body: unknown) => call(url, { method: "POST", body: JSON.stringify(body) }),
    async pages(url: string, of: string) {
      const items: Json[] = [];
      let last: Json = {};
      let count = 0;
      for (let token = ""; count < 1_000; count++) {
        const next = new URL(url);
        if (token !== "") next.searchParams.set("pageToken", token);
        last = await get(next.href);
        items.push(...last[of] ?? []);
        token = last.nextPageToken ?? "";
        if (token === "") return { items, last, count: count + 1 };
      }
      throw new Error("The list does not end");
    },
  });
}

/** The address with more parameters. */
export function withQuery(url: string, query: Record<string, string>): string {
  const next = new URL(url);
  for (const [name, value] of Object.entries(query)) next.searchParams.set(name, value);
  return next.href;
}

/** What a channel is asked for with. */
export function channelRequest(id: string, more: Record<string, unknown> = {}) {
  const address = "http://127.0.0.1:8000/webhooks/google/calendar";
  return { id, type: "web_hook", address, token: "secret", ...more };
}
