import assert from "node:assert/strict";
import { z } from "zod";
import { ShownConnection } from "../../routes/connect/view.ts";
import { connectionId } from "../../routes/connect/store.ts";
import { CONSENT_MS_MAX } from "../../routes/connect/states.ts";
import { sweepConsents } from "../../routes/mod.ts";
import { PermanentError, TransientError } from "../../shared/contracts/errors.ts";
import { sha256 } from "../../shared/contracts/ids.ts";
import { AccountRecord, COLLECTIONS, Connection } from "../../shared/contracts/records.ts";
import { readTokens } from "../../shared/providers/tokens.ts";
import { type AppBundle, openBundle } from "./app_bundle.ts";

const Begun = z.object({ authorize_url: z.url() });
const Listed = z.object({ items: z.array(ShownConnection), next_cursor: z.string() });

/** The connection as it is stored: without what the consent leaves out. */
function stored(connection: unknown): Connection {
  const { resources, ...rest } = ShownConnection.parse(connection);
  return Connection.parse({ ...rest, resources: resources.filter(({ state }) => state !== "not_granted") });
}

/** A browser: keeps cookies, follows nothing by itself. */
class Browser {
  readonly #cookies = new Map<string, string>();
  readonly #app: AppBundle["app"];

  constructor(app: AppBundle["app"]) {
    this.#app = app;
  }

  async request(url: string, init: { method?: string; body?: FormData; headers?: Record<string, string> } = {}) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { ...init.headers, ...(cookie === "" ? {} : { cookie }) };
    const response = await this.#app.request(url, { ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }
}

async function begin({ app, as }: AppBundle, user_id = "ada", resources?: readonly string[]): Promise<string> {
  const json = { "content-type": "application/json" };
  const response = await app.request("/v1/connections/microsoft", {
    method: "POST",
    headers: { ...await as(user_id), ...(resources === undefined ? {} : json) },
    ...(resources === undefined ? {} : { body: JSON.stringify({ resources }) }),
  });
  assert.equal(response.status, 200);
  return Begun.parse(await response.json()).authorize_url;
}

function formOf(page: string): FormData {
  const form = new FormData();
  form.set("token", /name="token" value="([0-9a-f]{64})"/.exec(page)?.[1] ?? "");
  return form;
}

/** Opens our page and confirms it. @returns where the provider would send the browser back to */
async function consent(browser: Browser, address: string): Promise<string> {
  const page = await browser.request(address);
  assert.equal(page.status, 200);
  const confirmed = await browser.request(address, { method: "POST", body: formOf(await page.text()) });
  assert.equal(confirmed.status, 303);
  const { searchParams } = new URL(confirmed.headers.get("location") ?? "");
  return `${searchParams.get("redirect_uri")}?state=${searchParams.get("state")}`;
}

async function connect(bundle: AppBundle, user_id = "ada"): Promise<Response> {
  const browser = new Browser(bundle.app);
  return await browser.request(`${await consent(browser, await begin(bundle, user_id))}&code=good`);
}

async function list({ app, as }: AppBundle, user_id = "ada") {
  const answer = await app.request("/v1/connections", { headers: await as(user_id) });
  return Listed.parse(await answer.json()).items.map(stored);
}

Deno.test("a person connects: our page names them, the provider is asked, the connection is stored and started", async () => {
  const bundle = await openBundle();
  const { app, connected, deps, state, vault } = bundle;
  const address = await begin(bundle);
  assert.match(address, /^https:\/\/millrace\.test\/connect\/[A-Za-z0-9_-]{43}$/);
  const browser = new Browser(app);
  const page = await browser.request(address);
  const [cookie = ""] = page.headers.getSetCookie();
  assert.match(cookie, /^__Host-millrace_connect_[0-9a-f]{16}=/);
  for (const flag of ["HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=600"]) {
    assert.ok(cookie.includes(flag), flag);
  }
  assert.match(page.headers.get("content-security-policy") ?? "", /form-action 'self' https:\/\/consent\.test https:;/);
  assert.match(await page.text(), /<dd>ada<\/dd>[\s\S]*Microsoft/);
  const back = await consent(browser, address);
  assert.match(back, /^https:\/\/millrace\.test\/oauth\/microsoft\/callback\?state=/);
  const done = await browser.request(`${back}&code=good`);
  assert.equal(done.status, 200);
  assert.match(await done.text(), /ada@example\.com/);
  const [connection, ...others] = await list(bundle);
  assert.ok(connection !== undefined && others.length === 0);
  assert.equal(connection.connection_id, await connectionId("ada", "microsoft", "account-1"));
  assert.deepEqual(connection.resources.map(({ resource, state }) => [resource, state]), [["mail", "new"]]);
  assert.deepEqual(connected, [connection]);
  assert.equal((await readTokens(state, vault, connection)).tokens.refresh_token, "refresh-1");
  const account = await state.records({ system: "accounts" }).get(COLLECTIONS.accounts, "microsoft:ada@example.com");
  const { connection_id } = connection;
  assert.deepEqual(AccountRecord.parse(account?.value).connections, [{ user_id: "ada", connection_id }]);
  const stored = await state.records({ user_id: "ada" }).get(COLLECTIONS.tokens, connection_id);
  assert.doesNotMatch(JSON.stringify(stored), /access-1|refresh-1/);
  assert.doesNotMatch(JSON.stringify(deps.lines), /access-1|refresh-1|good|ada@example/);
  const audited = await (await app.request("/v1/admin/audit", { headers: bundle.operator })).json();
  const [{ action, via, user_id, object, note }] = audited.items;
  assert.deepEqual([action, via, user_id, object, note], [
    "connected",
    "consent",
    "ada",
    connection_id,
    "microsoft: mail",
  ]);
  await state.close();
});

Deno.test("what the consent leaves out is shown as not granted", async () => {
  const bundle = await openBundle();
  bundle.microsoft.granted = ["mail", "contacts"];
  const browser = new Browser(bundle.app);
  const done = await browser.request(`${await consent(browser, await begin(bundle))}&code=good`);
  assert.match(await done.text(), /Reads<\/dt>\s*<dd>mail, contacts<\/dd>[\s\S]*<dd>calendar, documents, tasks<\/dd>/);
  const answer = await bundle.app.request("/v1/connections", { headers: await bundle.as("ada") });
  const [connection] = Listed.parse(await answer.json()).items;
  assert.deepEqual(connection?.resources.map(({ resource, state }) => [resource, state]), [
    ["mail", "new"],
    ["contacts", "new"],
    ["calendar", "not_granted"],
    ["drive", "not_granted"],
    ["todos", "not_granted"],
  ]);
  const one = await bundle.app.request(`/v1/connections/${connection?.connection_id}`, {
    headers: await bundle.as("ada"),
  });
  assert.deepEqual(ShownConnection.parse(await one.json()), connection);
});

Deno.test("a person is asked for what they want to give, and gives no more though more was granted before", async () => {
  const bundle = await openBundle();
  const { microsoft } = bundle;
  microsoft.granted = ["mail", "calendar", "contacts"];
  const browser = new Browser(bundle.app);
  const address = await begin(bundle, "ada", ["calendar"]);
  const page = await browser.request(address);
  const confirmed = await browser.request(address, { method: "POST", body: formOf(await page.text()) });
  const asked = new URL(confirmed.headers.get("location") ?? "").searchParams;
  assert.equal(asked.get("resources"), "calendar");
  await browser.request(`${asked.get("redirect_uri")}?state=${asked.get("state")}&code=good`);
  const resources = async () => (await list(bundle))[0]?.resources.map(({ resource }) => resource);
  assert.deepEqual(await resources(), ["calendar"]);
  const again = new Browser(bundle.app);
  await again.request(`${await consent(again, await begin(bundle, "ada", ["mail"]))}&code=good`);
  assert.deepEqual((await resources())?.toSorted(), ["calendar", "mail"], "what was given before is still given");
  assert.equal(
    (await bundle.app.request("/v1/connections/microsoft", {
      method: "POST",
      headers: { ...await bundle.as("ada"), "content-type": "application/json" },
      body: JSON.stringify({ resources: ["everything"] }),
    })).status,
    400,
  );
  await bundle.state.close();
});

/** The connections as they are kept, with what a later consent left out. */
async function kept({ state }: AppBundle): Promise<readonly Connection[]> {
  const records = await state.records({ user_id: "ada" }).list(COLLECTIONS.connections, { limit: 10 });
  return records.map(({ value }) => Connection.parse(value));
}

Deno.test("what a later consent leaves out is shown as not granted and kept in mind until it is withdrawn", async () => {
  const bundle = await openBundle();
  const consents = [["mail", "calendar"], ["mail"], ["mail", "calendar"]];
  const seen: unknown[] = [];
  for (const granted of consents) {
    bundle.microsoft.granted = granted;
    await connect(bundle);
    const [connection] = await kept(bundle);
    seen.push(connection?.resources.map((each) => [each.resource, each.granted, each.state]));
    const answer = await bundle.app.request("/v1/connections", { headers: await bundle.as("ada") });
    const [shown] = Listed.parse(await answer.json()).items;
    const calendar = shown?.resources.filter(({ resource }) => resource === "calendar");
    assert.deepEqual(calendar?.map(({ state }) => state), [granted.includes("calendar") ? "new" : "not_granted"]);
  }
  assert.deepEqual(seen, [
    [["mail", true, "new"], ["calendar", true, "new"]],
    [["mail", true, "new"], ["calendar", false, "new"]],
    [["mail", true, "new"], ["calendar", true, "new"]],
  ]);
  await bundle.state.close();
});

Deno.test("documents that an end without a purge left are withdrawn when the next consent leaves them out", async () => {
  const bundle = await openBundle();
  const key = {
    user_id: "ada",
    connection_id: await connectionId("ada", "microsoft", "account-1"),
    resource: "calendar",
  } as const;
  const acquired = await bundle.state.leases.acquire(key, "m");
  assert.ok(acquired.kind === "acquired");
  await bundle.state.ledger(key).enter(acquired.lease, [{
    doc_id: "0".repeat(64),
    doc_type: "calendar",
    provider_id: "e1",
    container: "c1",
    hash: "",
    revision: 1,
    version: 0,
    state: "published",
    epoch: 0,
    doubt: "",
  }]);
  await connect(bundle);
  const [connection] = await kept(bundle);
  assert.deepEqual(connection?.resources.map((each) => [each.resource, each.granted]), [
    ["mail", true],
    ["calendar", false],
  ]);
  await bundle.state.close();
});

Deno.test("a callback without the cookie of the browser that confirmed is refused and spoils nothing", async () => {
  const bundle = await openBundle();
  const browser = new Browser(bundle.app);
  const back = `${await consent(browser, await begin(bundle))}&code=good`;
  const stranger = new Browser(bundle.app);
  assert.equal((await stranger.request(back)).status, 403);
  const other = new Browser(bundle.app);
  await consent(other, await begin(bundle, "eve"));
  assert.equal((await other.request(back)).status, 403);
  assert.deepEqual(await list(bundle), []);
  assert.equal((await browser.request(back)).status, 200);
  assert.equal((await list(bundle)).length, 1);
  await bundle.state.close();
});

Deno.test("a callback whose page was never confirmed is refused, whoever opens it", async () => {
  const bundle = await openBundle();
  const address = await begin(bundle);
  const ticket = address.split("/").at(-1);
  const browser = new Browser(bundle.app);
  await browser.request(address);
  const answer = await browser.request(`https://millrace.test/oauth/microsoft/callback?state=${ticket}&code=good`);
  assert.equal(answer.status, 403);
  assert.deepEqual(await list(bundle), []);
  await bundle.state.close();
});

Deno.test("a confirmation that another site sends, or without our page's token, is refused", async () => {
  const bundle = await openBundle();
  const address = await begin(bundle);
  const browser = new Browser(bundle.app);
  const form = formOf(await (await browser.request(address)).text());
  const post = (who: Browser, body: FormData, headers: Record<string, string> = {}) =>
    who.request(address, { method: "POST", body, headers });
  assert.equal((await post(browser, form, { "sec-fetch-site": "cross-site" })).status, 403);
  assert.equal((await post(browser, new FormData())).status, 403);
  assert.equal((await post(new Browser(bundle.app), form)).status, 403);
  const otherPage = await browser.request(await begin(bundle));
  assert.equal((await post(browser, formOf(await otherPage.text()))).status, 403);
  assert.equal((await post(browser, form, { "sec-fetch-site": "same-origin" })).status, 303);
  await bundle.state.close();
});

Deno.test("a state is used once, and its code is not exchanged again", async () => {
  const bundle = await openBundle();
  let exchanged = 0;
  const { exchange } = bundle.microsoft.oauth;
  bundle.microsoft.oauth.exchange = (callback, request) => {
    exchanged++;
    return exchange(callback, request);
  };
  const browser = new Browser(bundle.app);
  const back = `${await consent(browser, await begin(bundle))}&code=good`;
  const answers = await Promise.all([browser.request(back), browser.request(back), browser.request(back)]);
  assert.deepEqual(answers.map((answer) => answer.status).sort(), [200, 409, 409]);
  assert.equal((await browser.request(back)).status, 404);
  assert.equal(exchanged, 1);
  await bundle.state.close();
});

Deno.test("page, confirmation and callback end ten minutes after the person asked, and the sweep removes them", async () => {
  const bundle = await openBundle();
  const address = await begin(bundle);
  const browser = new Browser(bundle.app);
  const back = `${await consent(browser, address)}&code=good`;
  const fresh = await (async () => {
    await bundle.deps.clock.advance(CONSENT_MS_MAX / 2);
    return await begin(bundle);
  })();
  await bundle.deps.clock.advance(CONSENT_MS_MAX / 2);
  assert.equal((await browser.request(back)).status, 404);
  assert.equal((await browser.request(address)).status, 404);
  assert.equal(await sweepConsents(bundle.state, bundle.deps.clock), 1);
  assert.equal((await browser.request(fresh)).status, 200);
  await bundle.state.close();
});

Deno.test("a callback of another provider, an unknown state and an invented ticket are refused alike", async () => {
  const bundle = await openBundle();
  const browser = new Browser(bundle.app);
  const back = `${await consent(browser, await begin(bundle))}&code=good`;
  for (
    const address of [
      back.replace("/oauth/microsoft/", "/oauth/google/"),
      back.replace("/oauth/microsoft/", "/oauth/none/"),
      "https://millrace.test/oauth/microsoft/callback",
      `https://millrace.test/oauth/microsoft/callback?state=${"A".repeat(43)}&code=good`,
      `https://millrace.test/connect/${"A".repeat(43)}`,
      "https://millrace.test/connect/%00",
    ]
  ) {
    const answer = await browser.request(address);
    assert.equal(answer.status, 404, address);
    assert.match(await answer.text(), /no longer valid/);
  }
  assert.deepEqual(await list(bundle), []);
  await bundle.state.close();
});

Deno.test("what the provider answers instead of a code is said in words, and nothing is stored", async () => {
  const cases: [string, number, RegExp][] = [
    ["&error=access_denied&error_description=%3Cscript%3E", 400, /Not allowed/],
    ["&error=consent_required&error_description=AADSTS65001%3A+not+consented", 400, /administrator/],
    ["&error=access_denied&error_description=AADSTS90094%3A+needs+admin", 400, /administrator/],
    ["&error=access_denied&error_description=AADSTS65004%3A+User+declined", 400, /Not allowed/],
    ["&error=server_error", 400, /refused/],
    ["&code=bad", 400, /refused/],
  ];
  for (const [query, status, said] of cases) {
    const bundle = await openBundle();
    const browser = new Browser(bundle.app);
    const answer = await browser.request(`${await consent(browser, await begin(bundle))}${query}`);
    assert.equal(answer.status, status, query);
    const text = await answer.text();
    assert.match(text, said);
    assert.doesNotMatch(text, /<script/);
    assert.deepEqual([await list(bundle), bundle.connected], [[], []]);
    await bundle.state.close();
  }
});

Deno.test("a provider that is away, and a consent without any data, leave nothing half-made", async () => {
  const bundle = await openBundle();
  bundle.microsoft.granted = ["openid"];
  const nothing = await connect(bundle);
  assert.equal(nothing.status, 400);
  assert.match(await nothing.text(), /Nothing to read/);
  bundle.microsoft.oauth.account = () => Promise.reject(new TransientError("provider_away", "away"));
  assert.equal((await connect(bundle)).status, 503);
  assert.deepEqual(await list(bundle), []);
  assert.equal(
    await bundle.state.records({ system: "accounts" }).get(COLLECTIONS.accounts, "microsoft:ada@example.com"),
    null,
  );
  await bundle.state.close();
});

Deno.test("connecting again adopts the connection: same id, same beginning, new tokens, the old refresh token kept", async () => {
  const bundle = await openBundle();
  await connect(bundle);
  const [first] = await list(bundle);
  await bundle.deps.clock.advance(60_000);
  const { exchange } = bundle.microsoft.oauth;
  bundle.microsoft.oauth.exchange = async (...call) => ({
    ...(await exchange(...call)),
    access_token: "access-2",
    refresh_token: "",
  });
  await connect(bundle);
  const [second, ...others] = await list(bundle);
  assert.ok(first !== undefined && second !== undefined && others.length === 0);
  assert.deepEqual([second.connection_id, second.created_at], [first.connection_id, first.created_at]);
  assert.notEqual(second.updated_at, first.updated_at);
  const { tokens } = await readTokens(bundle.state, bundle.vault, second);
  assert.deepEqual([tokens.access_token, tokens.refresh_token], ["access-2", "refresh-1"]);
  assert.equal(bundle.connected.length, 2);
  await bundle.state.close();
});

Deno.test("an account that is connected again while it ends counts as not yet read, so that another end withdraws it", async () => {
  const bundle = await openBundle();
  await connect(bundle);
  const [made] = await list(bundle);
  assert.ok(made);
  const resources = made.resources.map((status) => ({ ...status, state: "left_out" as const }));
  const ending: Connection = { ...made, state: "disconnected", resources };
  await bundle.state.records({ user_id: "ada" }).commit([
    { op: "put", collection: COLLECTIONS.connections, id: made.connection_id, value: ending },
  ]);
  await connect(bundle);
  const [again] = await list(bundle);
  assert.deepEqual([again?.state, again?.resources.map(({ state }) => state)], ["active", ["new"]]);
  await bundle.state.close();
});

Deno.test("two people may connect one address, and the address leads to both", async () => {
  const bundle = await openBundle();
  await connect(bundle, "ada");
  await connect(bundle, "ben");
  const account = await bundle.state.records({ system: "accounts" }).get(
    COLLECTIONS.accounts,
    "microsoft:ada@example.com",
  );
  const { connections } = AccountRecord.parse(account?.value);
  assert.deepEqual(connections.map((each) => each.user_id).sort(), ["ada", "ben"]);
  assert.notEqual(connections[0]?.connection_id, connections[1]?.connection_id);
  await bundle.state.close();
});

Deno.test("a person who was erased after they asked is not connected, and their name is kept nowhere", async () => {
  const bundle = await openBundle();
  const browser = new Browser(bundle.app);
  const back = `${await consent(browser, await begin(bundle))}&code=good`;
  await bundle.state.records({ user_id: "ada" }).raiseFloor(await bundle.state.micros());
  const answer = await browser.request(back);
  assert.equal(answer.status, 410);
  assert.deepEqual(bundle.connected, []);
  assert.equal(
    await bundle.state.records({ user_id: "ada" }).get(
      COLLECTIONS.connections,
      await connectionId("ada", "microsoft", "account-1"),
    ),
    null,
  );
  assert.equal(
    await bundle.state.records({ system: "accounts" }).get(COLLECTIONS.accounts, "microsoft:ada@example.com"),
    null,
  );
  await bundle.state.close();
});

Deno.test("a first sync that can't be started does not undo the connection", async () => {
  const bundle = await openBundle({
    ports: { onConnected: () => Promise.reject(new TransientError("store_away", "away")) },
  });
  assert.equal((await connect(bundle)).status, 200);
  assert.equal((await list(bundle)).length, 1);
  assert.ok(bundle.deps.lines.some((line) => line.level === "error" && line.message === "connection.start_failed"));
  await bundle.state.close();
});

Deno.test("/v1/connections/{id} answers 404 for another person's connection, and disconnects only one's own", async () => {
  const bundle = await openBundle();
  await connect(bundle);
  const [connection] = await list(bundle);
  const address = `/v1/connections/${connection?.connection_id}`;
  const [ada, ben] = [await bundle.as("ada"), await bundle.as("ben")];
  assert.deepEqual(stored(await (await bundle.app.request(address, { headers: ada })).json()), connection);
  assert.equal((await bundle.app.request(address, { headers: ben })).status, 404);
  assert.equal((await bundle.app.request(address, { method: "DELETE", headers: ben })).status, 404);
  assert.deepEqual(bundle.disconnected, []);
  assert.equal((await bundle.app.request(address, { method: "DELETE", headers: ada })).status, 204);
  assert.deepEqual(bundle.disconnected, [connection]);
  await bundle.state.close();
});

Deno.test("POST /v1/connections says which variables to set for a provider that is not configured", async () => {
  const bundle = await openBundle();
  const headers = await bundle.as("ada");
  const google = await bundle.app.request("/v1/connections/google", { method: "POST", headers });
  assert.equal(google.status, 409);
  assert.match(await google.text(), /GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET/);
  assert.equal((await bundle.app.request("/v1/connections/import", { method: "POST", headers })).status, 400);
  await bundle.state.close();
});

Deno.test("neither ticket, verifier nor cookie is stored in the clear", async () => {
  const bundle = await openBundle();
  const address = await begin(bundle);
  const ticket = address.split("/").at(-1) ?? "";
  const browser = new Browser(bundle.app);
  await consent(browser, address);
  const stored = await bundle.state.records({ system: "oauth-states" }).get(
    COLLECTIONS.oauthStates,
    await sha256(ticket),
  );
  assert.ok(stored !== null);
  assert.ok(!JSON.stringify(stored).includes(ticket));
  const { code_verifier } = z.looseObject({ code_verifier: z.unknown() }).parse(stored.value);
  assert.deepEqual(Object.keys(z.record(z.string(), z.string()).parse(code_verifier)).sort(), [
    "key_id",
    "nonce",
    "text",
  ]);
  assert.ok(!JSON.stringify(bundle.deps.lines).includes(ticket));
  await bundle.state.close();
});

Deno.test("over plain http the cookie is not Secure and has no prefix, so that a local try works", async () => {
  const bundle = await openBundle({ http: { public_url: "http://127.0.0.1:8000" } });
  const page = await bundle.app.request(await begin(bundle));
  assert.match(page.headers.getSetCookie()[0] ?? "", /^millrace_connect_/);
  assert.doesNotMatch(page.headers.getSetCookie()[0] ?? "", /Secure/);
  assert.equal((await connect(bundle)).status, 200);
  await bundle.state.close();
});

Deno.test("a connection that is on its way out is listed no more, and can't be read or changed", async () => {
  const bundle = await openBundle();
  await connect(bundle, "ada");
  const [connection] = await list(bundle, "ada");
  assert.ok(connection);
  await bundle.state.records({ user_id: "ada" }).commit([{
    op: "put",
    collection: COLLECTIONS.connections,
    id: connection.connection_id,
    value: { ...connection, state: "disconnected" },
  }]);
  assert.deepEqual(await list(bundle, "ada"), []);
  const headers = { ...await bundle.as("ada"), "content-type": "application/json" };
  const path = `/v1/connections/${connection.connection_id}`;
  const body = JSON.stringify({ choices: [{ resource: "mail" }] });
  for (const request of [{ headers }, { method: "DELETE", headers }, { method: "PATCH", headers, body }]) {
    assert.equal((await bundle.app.request(path, request)).status, 404);
  }
  await bundle.state.close();
});

Deno.test("PATCH /v1/connections/{id} takes a choice for each resource, and names the field of one that is wrong", async () => {
  const bundle = await openBundle();
  await connect(bundle, "ada");
  const [connection] = await list(bundle, "ada");
  const path = `/v1/connections/${connection?.connection_id}`;
  const headers = { ...await bundle.as("ada"), "content-type": "application/json" };
  const patch = (choices: unknown) =>
    bundle.app.request(path, { method: "PATCH", headers, body: JSON.stringify({ choices }) });
  assert.equal((await patch([{ resource: "mail", containers_out: ["folder-1"], bodies: false }])).status, 200);
  assert.deepEqual(bundle.chosen, [[{
    resource: "mail",
    included: true,
    containers_in: [],
    containers_out: ["folder-1"],
    since: "",
    bodies: false,
    private_events: "full",
  }]]);
  const wrong = await patch([{ resource: "mail", since: "yesterday" }]);
  assert.equal(wrong.status, 400);
  assert.match(await wrong.text(), /since/);
  const foreign = await bundle.app.request(path, {
    method: "PATCH",
    headers: { ...await bundle.as("ben"), "content-type": "application/json" },
    body: JSON.stringify({ choices: [{ resource: "mail" }] }),
  });
  assert.equal(foreign.status, 404);
  assert.equal(bundle.chosen.length, 1);
  await bundle.state.close();
});

Deno.test("GET /v1/connections/{id}/containers pages by path what a person may choose among, for its person only", async () => {
  const asked: unknown[] = [];
  const offer = (container_id: string, path: string) => ({
    container_id,
    name: path.split("/").at(-1) ?? "",
    parent_id: "",
    path,
    role: "",
    given: true,
  });
  const offers = [offer("3", "Work/2026"), offer("1", "Inbox"), offer("2", "Work"), offer("4", "Work")];
  const bundle = await openBundle({
    ports: {
      containers: (_connection, resource, parent) => {
        asked.push([resource, parent]);
        return resource === "mail"
          ? Promise.resolve(offers)
          : Promise.reject(new PermanentError("not_granted", "Not granted", { field: "resource" }));
      },
    },
  });
  await connect(bundle);
  const [connection] = await list(bundle);
  const path = `/v1/connections/${connection?.connection_id}/containers`;
  const headers = await bundle.as("ada");
  const Page = z.object({ items: z.array(z.object({ container_id: z.string() })), next_cursor: z.string() });
  const ids: string[][] = [];
  for (let cursor = "", pages = 0; pages === 0 || cursor !== ""; pages++) {
    const answer = await bundle.app.request(`${path}?resource=mail&limit=3&cursor=${cursor}`, { headers });
    const page = Page.parse(await answer.json());
    ids.push(page.items.map(({ container_id }) => container_id));
    cursor = page.next_cursor;
  }
  assert.deepEqual(ids, [["1", "2", "4"], ["3"]]);
  await bundle.app.request(`${path}?resource=drive&parent=p1`, { headers });
  assert.deepEqual(asked.at(-1), ["drive", "p1"]);
  for (const [query, status] of [["resource=drive", 409], ["", 400], ["resource=mail&cursor=%00", 400]] as const) {
    assert.equal((await bundle.app.request(`${path}?${query}`, { headers })).status, status, query);
  }
  const foreign = await bundle.app.request(`${path}?resource=mail`, { headers: await bundle.as("ben") });
  assert.equal(foreign.status, 404);
  await bundle.state.close();
});
