import assert from "node:assert/strict";
import { createSimulator, type Simulator, type SimulatorOptions } from "../../scripts/simulator/mod.ts";
import { SimulatedClock } from "../simulation/clock.ts";

export const ORIGIN = "http://127.0.0.1:9123";
export const GRAPH = `${ORIGIN}/graph/v1.0`;
export const GMAIL = `${ORIGIN}/google/gmail/v1/users/me`;
const REDIRECT = "http://127.0.0.1:8000/oauth/microsoft/callback";
const VERIFIER = "a-verifier-of-more-than-forty-three-characters-here";
export const GOOGLE_SCOPES = "openid email https://www.googleapis.com/auth/gmail.readonly";
export const MICROSOFT_SCOPES = "offline_access openid User.Read Mail.Read";

/** A notification that the simulator sent. */
export interface Received {
  readonly url: URL;
  readonly headers: Headers;
  readonly text: string;
  readonly at: number;
}

/** One simulator with the receiving end of its notifications. */
export interface Bundle {
  readonly simulator: Simulator;
  readonly clock: SimulatedClock;
  readonly received: Received[];
  /** How the receiver answers what is no handshake. */
  answer: (request: Received) => Response | Promise<Response>;
  /** Calls with a token; gives the parsed body. */
  call(token: string, url: string, init?: RequestInit): Promise<{ status: number; headers: Headers; body: Json }>;
}

/** Parsed JSON, read without knowing its shape: tests look at what they expect and fail on anything else. */
// deno-lint-ignore no-explicit-any
export type Json = any;

export function setup(over: Partial<SimulatorOptions> = {}): Bundle {
  const clock = new SimulatedClock({ settlePauses: 0 });
  const received: Received[] = [];
  const simulator = createSimulator({
    seed: 7,
    clock,
    origin: ORIGIN,
    people: [{ user: "ada", provider: "microsoft", mails: 40 }],
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const url = new URL(request.url);
      const token = url.searchParams.get("validationToken");
      if (token !== null) return new Response(token, { headers: { "content-type": "text/plain" } });
      const one = { url, headers: request.headers, text: await request.text(), at: clock.now() };
      received.push(one);
      return await bundle.answer(one);
    },
    ...over,
  });
  const bundle: Bundle = {
    simulator,
    clock,
    received,
    answer: () => new Response(null, { status: 202 }),
    call: async (token, url, init = {}) => {
      const headers = new Headers(init.headers);
      headers.set("authorization", `Bearer ${token}`);
      const response = await simulator.fetch(new Request(url, { ...init, headers }));
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === "" ? null : JSON.parse(text) };
    },
  };
  return bundle;
}

/** Signs a person in, and gives the token answer. */
export async function signIn(
  bundle: Bundle,
  user: string,
  options: { scopes?: string; extra?: Record<string, string> } = {},
): Promise<Json> {
  const microsoft = bundle.simulator.person(user).provider === "microsoft";
  const base = microsoft
    ? `${ORIGIN}/login/common/oauth2/v2.0/authorize`
    : `${ORIGIN}/google-accounts/o/oauth2/v2/auth`;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(VERIFIER)));
  const query = new URLSearchParams({
    client_id: "millrace",
    redirect_uri: REDIRECT,
    response_type: "code",
    scope: options.scopes ?? (microsoft ? MICROSOFT_SCOPES : GOOGLE_SCOPES),
    state: "st&te",
    login_hint: user,
    access_type: "offline",
    code_challenge: btoa(String.fromCharCode(...digest)).replace(/=/g, "").replace(/\+/g, "-").replace(/\//g, "_"),
    code_challenge_method: "S256",
    ...options.extra,
  });
  const back = new URL(await bundle.simulator.consent(`${base}?${query}`));
  assert.equal(back.searchParams.get("state"), "st&te");
  return await exchange(bundle, user, {
    grant_type: "authorization_code",
    code: back.searchParams.get("code") ?? "",
    redirect_uri: REDIRECT,
    code_verifier: VERIFIER,
  });
}

/** Calls the token endpoint. */
export async function exchange(bundle: Bundle, user: string, form: Record<string, string>): Promise<Json> {
  const microsoft = bundle.simulator.person(user).provider === "microsoft";
  const url = microsoft ? `${ORIGIN}/login/common/oauth2/v2.0/token` : `${ORIGIN}/google-accounts/token`;
  const body = new URLSearchParams({ client_id: "millrace", client_secret: "s3cret", ...form });
  const response = await bundle.simulator.fetch(new Request(url, { method: "POST", body }));
  return { status: response.status, ...await response.json() };
}

/** Follows a delta from `url` to its deltaLink. */
export async function round(
  bundle: Bundle,
  token: string,
  url: string,
  headers: Record<string, string> = { prefer: 'IdType="ImmutableId"' },
): Promise<{ items: Json[]; deltaLink: string; pages: number }> {
  const items: Json[] = [];
  for (let next = url, pages = 1; pages < 10_000; pages++) {
    const { status, body } = await bundle.call(token, next, { headers });
    assert.equal(status, 200, JSON.stringify(body));
    assert.ok(!("@odata.nextLink" in body && "@odata.deltaLink" in body), "both links");
    items.push(...body.value);
    if (body["@odata.deltaLink"] !== undefined) return { items, deltaLink: body["@odata.deltaLink"], pages };
    next = body["@odata.nextLink"];
  }
  throw new Error("The round does not end");
}
