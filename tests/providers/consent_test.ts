/** The consent of both providers: the addresses people are sent to, and what becomes of every answer. */
import assert from "node:assert/strict";
import { openGoogle, openMicrosoft } from "../../shared/providers/mod.ts";
import type { Deps } from "../../shared/contracts/deps.ts";
import type { OpenedProvider } from "../../shared/providers/port.ts";
import { connectAccount, ORIGIN, PUBLIC_URL } from "./account.ts";
import { GOOGLE_CONFIG, MICROSOFT_CONFIG, openedGoogle, openedMicrosoft, testDeps } from "./opened.ts";

const REQUEST = {
  state: "state-1",
  code_verifier: "verifier-verifier-verifier-verifier-verifier-1",
  redirect_uri: `${PUBLIC_URL}/oauth/callback`,
};

const SIMULATED: Record<"microsoft" | "google", (deps: Deps) => OpenedProvider> = {
  microsoft: (deps) =>
    openMicrosoft({
      deps,
      config: { ...MICROSOFT_CONFIG, graph_url: `${ORIGIN}/graph`, login_url: `${ORIGIN}/login` },
    }),
  google: (deps) =>
    openGoogle({
      deps,
      config: {
        ...GOOGLE_CONFIG,
        api_url: `${ORIGIN}/google`,
        authorize_url: `${ORIGIN}/google-accounts/o/oauth2/v2/auth`,
        token_url: `${ORIGIN}/google-accounts/token`,
        revoke_url: `${ORIGIN}/google-accounts/revoke`,
      },
    }),
};

const EVERYTHING = openedMicrosoft().resources([
  "Mail.Read",
  "Calendars.Read",
  "Contacts.Read",
  "Files.Read.All",
  "Tasks.Read",
]);

async function simulated(provider: "microsoft" | "google") {
  return await connectAccount({ user: "kim", provider, mails: 1, open: SIMULATED[provider] });
}

Deno.test("authorizeUrl() asks Microsoft with PKCE, for reading mail and staying signed in", async () => {
  const url = await openedMicrosoft().oauth.authorizeUrl({ ...REQUEST, hint: "ada@outlook.example" });
  assert.equal(url.origin + url.pathname, "https://login.microsoftonline.com/common/oauth2/v2.0/authorize");
  const query = Object.fromEntries(url.searchParams);
  const asked = query.scope?.split(" ") ?? [];
  assert.deepEqual(asked.slice(0, 5), ["offline_access", "openid", "profile", "email", "User.Read"]);
  assert.deepEqual(openedMicrosoft().resources(asked), EVERYTHING);
  assert.ok(asked.every((scope) => !/write/i.test(scope)), "nothing may be written");
  assert.equal(query.code_challenge_method, "S256");
  assert.match(query.code_challenge ?? "", /^[A-Za-z0-9_-]{43}$/);
  assert.deepEqual(
    [query.client_id, query.response_type, query.state, query.redirect_uri, query.login_hint],
    ["client", "code", "state-1", REQUEST.redirect_uri, "ada@outlook.example"],
  );
  assert.ok(!url.href.includes(REQUEST.code_verifier) && !url.href.includes("secret"));
});

Deno.test("authorizeUrl() asks Microsoft for no more than the resources that are wanted", async () => {
  const { oauth, resources } = openedMicrosoft();
  const url = await oauth.authorizeUrl({ ...REQUEST, hint: "", resources: ["contacts", "mail"] });
  assert.deepEqual(resources(url.searchParams.get("scope")?.split(" ") ?? []), ["mail", "contacts"]);
});

Deno.test("authorizeUrl() asks Google for offline access and consent", async () => {
  const url = await openedGoogle().oauth.authorizeUrl({ ...REQUEST, hint: "" });
  assert.equal(url.origin + url.pathname, "https://accounts.google.com/o/oauth2/v2/auth");
  const query = Object.fromEntries(url.searchParams);
  assert.deepEqual([query.access_type, query.prompt, query.include_granted_scopes], ["offline", "consent", "true"]);
  const asked = query.scope?.split(" ") ?? [];
  assert.deepEqual(asked.slice(0, 2), ["openid", "email"]);
  assert.deepEqual([...openedGoogle().resources(asked)].sort(), [...EVERYTHING].sort());
  assert.ok(asked.slice(2).every((scope) => scope.endsWith(".readonly")), "nothing may be written");
  assert.equal(query.login_hint, undefined);
});

Deno.test("authorizeUrl() asks Google for no more than the resources that are wanted", async () => {
  const { oauth, resources } = openedGoogle();
  const url = await oauth.authorizeUrl({ ...REQUEST, hint: "", resources: ["drive", "mail"] });
  assert.deepEqual(resources(url.searchParams.get("scope")?.split(" ") ?? []), ["mail", "drive"]);
});

for (const name of ["microsoft", "google"] as const) {
  Deno.test(`exchange() of ${name} refuses a denied consent, a foreign state, a code used twice and a foreign verifier`, async () => {
    const { provider, simulator, run } = await simulated(name);
    const consent = async (allow: boolean) => {
      const url = await provider.oauth.authorizeUrl({ ...REQUEST, hint: simulator.person("kim").address });
      return new URL(await simulator.consent(url.href, { allow }));
    };
    const exchange = (callback: URL, request = REQUEST) => run(provider.oauth.exchange(callback, request));
    await assert.rejects(exchange(await consent(false)), { name: "PermanentError", code: "consent_refused" });
    const callback = await consent(true);
    await assert.rejects(exchange(callback, { ...REQUEST, state: "other" }), { code: "code_invalid" });
    await assert.rejects(
      exchange(callback, { ...REQUEST, code_verifier: REQUEST.code_verifier.replace("1", "2") }),
      { name: "PermanentError", code: "code_invalid" },
    );
    const second = await consent(true);
    const tokens = await exchange(second);
    assert.ok(tokens.refresh_token !== "" && tokens.access_token !== "");
    await assert.rejects(exchange(second), { name: "PermanentError", code: "code_invalid" });
  });

  Deno.test(`refresh() of ${name} keeps a refresh token that is not given anew, and needs_reauth when it is revoked`, async () => {
    const { provider, simulator, run, state, connection } = await simulated(name);
    const { readTokens } = await import("../../shared/providers/tokens.ts");
    const { PLAIN_VAULT } = await import("./account.ts");
    const { tokens } = await readTokens(state, PLAIN_VAULT, connection);
    const next = await run(provider.oauth.refresh(tokens));
    assert.notEqual(next.access_token, tokens.access_token);
    assert.notEqual(next.refresh_token, "");
    assert.deepEqual(provider.resources(next.scopes), provider.resources(tokens.scopes));
    assert.ok(provider.resources(next.scopes).includes("mail"));
    simulator.faults.revokeTokens("kim");
    await assert.rejects(run(provider.oauth.refresh(next)), { name: "PermanentError", code: "needs_reauth" });
    await assert.rejects(run(provider.oauth.refresh({ ...next, refresh_token: "" })), { code: "needs_reauth" });
    await assert.rejects(run(provider.oauth.account(next.access_token)), { code: "consent_refused" });
  });
}

Deno.test("revoke() of Google ends the grant, and is done when there is none any more", async () => {
  const { provider, run, state, connection, mailbox } = await simulated("google");
  const { readTokens } = await import("../../shared/providers/tokens.ts");
  const { PLAIN_VAULT } = await import("./account.ts");
  const { tokens } = await readTokens(state, PLAIN_VAULT, connection);
  await run(provider.oauth.revoke(tokens));
  await run(provider.oauth.revoke(tokens));
  await assert.rejects(run(provider.changes(mailbox, "mail", "")), { code: "needs_reauth" });
});

Deno.test("refresh() tells a refused grant from a provider that is away and from a client that is misconfigured", async () => {
  const tokens = { access_token: "a", refresh_token: "r", expires_at_ms: 0, scopes: ["Mail.Read"] };
  const cases: [() => Response | Promise<Response>, Record<string, unknown>][] = [
    [() => Response.json({ error: "invalid_grant" }, { status: 400 }), {
      name: "PermanentError",
      code: "needs_reauth",
    }],
    [() => Response.json({ error: "interaction_required" }, { status: 400 }), { code: "needs_reauth" }],
    [() => Response.json({ error: "invalid_client" }, { status: 401 }), {
      name: "TransientError",
      code: "client_refused",
    }],
    [() => Response.json({ error: "temporarily_unavailable" }, { status: 400 }), {
      name: "TransientError",
      code: "provider_away",
    }],
    [
      () => new Response("{}", { status: 429, headers: { "retry-after": "77" } }),
      { name: "TransientError", code: "provider_away", retry_after_ms: 77_000 },
    ],
    [() => new Response("<html>", { status: 503 }), { name: "TransientError", code: "provider_away" }],
    [() => Response.json({ token_type: "Bearer" }), { name: "TransientError", code: "provider_away" }],
    [() => Promise.reject(new TypeError("no route")), { name: "TransientError", code: "provider_away" }],
  ];
  for (const [answer, expected] of cases) {
    const deps = testDeps(() => Promise.resolve().then(answer));
    for (const provider of [openedMicrosoft(deps), openedGoogle(deps)]) {
      await assert.rejects(deps.clock.runUntil(provider.oauth.refresh(tokens)), expected);
    }
  }
});

Deno.test("refresh() says nothing of what was sent or answered in its errors", async () => {
  const secret = "refresh-token-that-nobody-may-read";
  const deps = testDeps(() =>
    Promise.resolve(
      Response.json({ error: "invalid_grant", error_description: `AADSTS700082 ${secret}` }, { status: 400 }),
    )
  );
  const tokens = { access_token: "a", refresh_token: secret, expires_at_ms: 0, scopes: [] };
  await assert.rejects(openedMicrosoft(deps).oauth.refresh(tokens), (error) => {
    assert.ok(!Deno.inspect(error, { depth: 9 }).includes(secret));
    return true;
  });
});

Deno.test("exchange() speaks plain http only to an address that was configured so", async () => {
  const asked: string[] = [];
  const deps = testDeps((input) => {
    asked.push(new Request(input).url);
    return Promise.resolve(Response.json({ access_token: "a", expires_in: 60 }));
  });
  const callback = new URL(`${REQUEST.redirect_uri}?code=c&state=${REQUEST.state}`);
  const tokens = await openedMicrosoft(deps, { login_url: "http://login.test" }).oauth.exchange(callback, REQUEST);
  assert.deepEqual(asked, ["http://login.test/common/oauth2/v2.0/token"]);
  assert.deepEqual(openedMicrosoft().resources(tokens.scopes), EVERYTHING, "what was asked for, where nothing is said");
});

Deno.test("resources() names mail only where it was granted", () => {
  const microsoft = openedMicrosoft();
  assert.deepEqual(microsoft.resources(["openid", "https://graph.microsoft.com/Mail.Read"]), ["mail"]);
  assert.deepEqual(microsoft.resources(["mail.readwrite"]), ["mail"]);
  assert.deepEqual(microsoft.resources(["Mail.ReadBasic", "User.Read", "Calendars.ReadBasic"]), []);
  const each = ["Tasks.ReadWrite", "https://graph.microsoft.com/Contacts.Read", "calendars.readwrite"];
  assert.deepEqual(microsoft.resources(each), ["calendar", "contacts", "todos"]);
  const google = openedGoogle();
  assert.deepEqual(google.resources(["openid", "https://www.googleapis.com/auth/gmail.readonly"]), ["mail"]);
  assert.deepEqual(google.resources(["openid", "https://www.googleapis.com/auth/gmail.metadata"]), []);
});
