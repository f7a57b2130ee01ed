import assert from "node:assert/strict";
import { exchange, GMAIL, GOOGLE_SCOPES, GRAPH, ORIGIN, setup, signIn } from "./bundle.ts";

const both = () =>
  setup({
    people: [
      { user: "ada", provider: "microsoft", mails: 3 },
      { user: "ben", provider: "google", mails: 3 },
    ],
  });

const authorizeUrl = (extra: Record<string, string> = {}) =>
  `${ORIGIN}/login/common/oauth2/v2.0/authorize?` + new URLSearchParams({
    client_id: "millrace",
    redirect_uri: "http://127.0.0.1:8000/cb",
    response_type: "code",
    scope: "offline_access User.Read Mail.Read",
    state: "s",
    ...extra,
  });

Deno.test("the consent page names client, scopes and people, escapes them, and forbids scripts", async () => {
  const bundle = both();
  const url = authorizeUrl({ client_id: "<script>x", login_hint: "ada@outlook.example" });
  const page = await bundle.simulator.fetch(new Request(url));
  const html = await page.text();
  assert.equal(page.status, 200);
  assert.ok(html.includes("&lt;script&gt;x") && !html.includes("<script"));
  assert.ok(html.includes("Mail.Read") && html.includes("ada@outlook.example") && !html.includes("ben@"));
  assert.match(
    page.headers.get("content-security-policy") ?? "",
    /default-src 'none'.*form-action 'self' http:\/\/127/,
  );
});

Deno.test("the consent page names the scopes by what they are about, each once", async () => {
  const bundle = both();
  const asked = {
    ada: "offline_access User.Read Mail.Read Calendars.Read Contacts.Read Files.Read Tasks.Read",
    ben: [
      "userinfo.email",
      "gmail.readonly",
      "calendar.readonly",
      "contacts.readonly",
      "drive.readonly",
      "tasks.readonly",
    ]
      .map((scope) => `https://www.googleapis.com/auth/${scope}`).join(" "),
  };
  for (const [user, scope] of Object.entries(asked)) {
    const url = user === "ada"
      ? authorizeUrl({ scope })
      : authorizeUrl({ scope }).replace(/^.*\?/, `${ORIGIN}/google-accounts/o/oauth2/v2/auth?`);
    const html = await (await bundle.simulator.fetch(new Request(url))).text();
    const sections = [...html.matchAll(/<h2>([^<]*)<\/h2>/g)].map((match) => match[1]);
    assert.deepEqual(sections, ["Signing in", "Mail", "Calendar", "Contacts", "Files", "To-dos"], user);
    for (const one of scope.split(" ")) assert.equal(html.split(`value="${one}"`).length, 2, one);
  }
});

Deno.test("authorize refuses what is not a code request, and redirects a denial", async () => {
  const bundle = both();
  for (const wrong of [{ response_type: "token" }, { code_challenge: "x", code_challenge_method: "plain" }]) {
    const answer = await bundle.simulator.fetch(new Request(authorizeUrl(wrong)));
    assert.equal(answer.status, 400);
    await answer.body?.cancel();
  }
  const back = new URL(await bundle.simulator.consent(authorizeUrl(), { allow: false }));
  assert.deepEqual([back.searchParams.get("error"), back.searchParams.get("code")], ["access_denied", null]);
});

Deno.test("a code works once, within ten minutes, for its redirect address, client and verifier", async () => {
  const bundle = both();
  const fresh = async () => new URL(await bundle.simulator.consent(authorizeUrl())).searchParams.get("code") ?? "";
  const form = { grant_type: "authorization_code", redirect_uri: "http://127.0.0.1:8000/cb" };
  const code = await fresh();
  assert.equal((await exchange(bundle, "ada", { ...form, code })).status, 200);
  assert.equal((await exchange(bundle, "ada", { ...form, code })).error, "invalid_grant");
  const elsewhere = { ...form, code: await fresh(), redirect_uri: "http://127.0.0.1:8000/other" };
  assert.equal((await exchange(bundle, "ada", elsewhere)).error, "invalid_grant");
  const other = await exchange(bundle, "ada", { ...form, code: await fresh(), client_id: "other" });
  assert.equal(other.error, "invalid_grant");
  const secret = await exchange(bundle, "ada", { ...form, code: await fresh(), client_secret: "wrong" });
  assert.deepEqual([secret.status, secret.error], [401, "invalid_client"]);
  const late = await fresh();
  await bundle.clock.advance(10 * 60_000);
  assert.equal((await exchange(bundle, "ada", { ...form, code: late })).error, "invalid_grant");
  const challenged = new URL(
    await bundle.simulator.consent(authorizeUrl({ code_challenge: "x".repeat(43), code_challenge_method: "S256" })),
  );
  const verifier = { ...form, code: challenged.searchParams.get("code") ?? "", code_verifier: "y".repeat(43) };
  assert.equal((await exchange(bundle, "ada", verifier)).error, "invalid_grant");
});

Deno.test("access tokens expire by the clock; Microsoft's refresh tokens rotate and the old one stays valid", async () => {
  const bundle = both();
  const first = await signIn(bundle, "ada");
  assert.equal((await bundle.call(first.access_token, `${GRAPH}/me`)).status, 200);
  await bundle.clock.advance(3_600_000);
  const expired = await bundle.call(first.access_token, `${GRAPH}/me`);
  assert.deepEqual([expired.status, expired.body.error.code], [401, "InvalidAuthenticationToken"]);
  const refresh = { grant_type: "refresh_token", refresh_token: first.refresh_token };
  const second = await exchange(bundle, "ada", refresh);
  assert.notEqual(second.refresh_token, first.refresh_token);
  assert.equal((await exchange(bundle, "ada", refresh)).status, 200);
  assert.equal((await bundle.call(second.access_token, `${GRAPH}/me`)).body.mail, "ada@outlook.example");
  bundle.simulator.faults.refreshTokensOnce = true;
  await exchange(bundle, "ada", refresh);
  assert.equal((await exchange(bundle, "ada", refresh)).error, "invalid_grant", "F-29");
  bundle.simulator.faults.revokeTokens("ada");
  const refused = await exchange(bundle, "ada", { ...refresh, refresh_token: second.refresh_token });
  assert.deepEqual([refused.status, refused.error, refused.error_codes], [400, "invalid_grant", [70000]]);
  assert.equal((await bundle.call(second.access_token, `${GRAPH}/me`)).status, 401);
});

Deno.test("Google gives a refresh token at the first consent only, unless asked for consent again", async () => {
  const bundle = both();
  const first = await signIn(bundle, "ben");
  assert.equal(typeof first.refresh_token, "string");
  assert.equal((await signIn(bundle, "ben")).refresh_token, undefined);
  assert.equal(
    (await signIn(bundle, "ben", { extra: { access_type: "online", prompt: "consent" } })).refresh_token,
    undefined,
  );
  assert.equal(typeof (await signIn(bundle, "ben", { extra: { prompt: "consent" } })).refresh_token, "string");
  const refreshed = await exchange(bundle, "ben", { grant_type: "refresh_token", refresh_token: first.refresh_token });
  assert.deepEqual([refreshed.status, refreshed.refresh_token], [200, undefined]);
  const info = await bundle.call(refreshed.access_token, `${ORIGIN}/google/oauth2/v3/userinfo`);
  assert.deepEqual([info.body.email, typeof info.body.sub], ["ben@gmail.example", "string"]);
  const revoke = `${ORIGIN}/google-accounts/revoke?token=${encodeURIComponent(first.refresh_token)}`;
  assert.equal((await bundle.simulator.fetch(new Request(revoke, { method: "POST" }))).status, 200);
  assert.equal((await bundle.call(refreshed.access_token, `${GMAIL}/profile`)).status, 401);
  const refused = await exchange(bundle, "ben", { grant_type: "refresh_token", refresh_token: first.refresh_token });
  assert.deepEqual(refused.error_description, "Token has been expired or revoked.");
});

Deno.test("an unticked scope is missing from the token, and its calls are refused by reason", async () => {
  const bundle = both();
  const url = `${ORIGIN}/google-accounts/o/oauth2/v2/auth?` + new URLSearchParams({
    client_id: "millrace",
    redirect_uri: "http://127.0.0.1:8000/cb",
    response_type: "code",
    scope: GOOGLE_SCOPES,
    access_type: "offline",
  });
  const back = new URL(await bundle.simulator.consent(url, { user: "ben", scopes: ["openid", "email"] }));
  const token = await exchange(bundle, "ben", {
    grant_type: "authorization_code",
    redirect_uri: "http://127.0.0.1:8000/cb",
    code: back.searchParams.get("code") ?? "",
  });
  assert.equal(token.scope, "openid email");
  const refused = await bundle.call(token.access_token, `${GMAIL}/profile`);
  assert.deepEqual([refused.status, refused.body.error.errors[0].reason], [403, "insufficientPermissions"]);
});
