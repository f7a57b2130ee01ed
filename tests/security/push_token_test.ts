import assert from "node:assert/strict";
import { SignJWT, UnsecuredJWT } from "jose";
import type { PushConfig } from "../../shared/contracts/config.ts";
import { TransientError } from "../../shared/contracts/errors.ts";
import { Secret } from "../../shared/contracts/secret.ts";
import { openPushVerifier } from "../../shared/security/mod.ts";
import { SimulatedClock } from "../simulation/clock.ts";
import { openIssuer } from "./issuer.ts";

const CERTS = "https://certs.test/v3";
const OWN = "https://millrace.test/push/vespa-loader-emails";
const ACCOUNT = "push@acme.iam.gserviceaccount.com";

async function setup(over: Partial<PushConfig> = {}) {
  const clock = new SimulatedClock();
  const issuer = await openIssuer(CERTS);
  const config = { audiences: [], service_account: ACCOUNT, certs_url: CERTS, insecure_emulator: false, ...over };
  const verifier = openPushVerifier(config, new Secret("internal-secret"), { clock, fetch: issuer.fetch });
  const now = () => Math.floor(clock.now() / 1_000);
  const claims = (change: Record<string, unknown> = {}) => ({
    iss: "https://accounts.google.com",
    aud: OWN,
    email: ACCOUNT,
    email_verified: true,
    sub: "1234",
    iat: now(),
    exp: now() + 3_600,
    ...change,
  });
  const verify = (token: string, from_private_host = false) =>
    verifier.verify({
      authorization: token === "" ? "" : `Bearer ${token}`,
      own_url: OWN,
      from_private_host: () => from_private_host,
    });
  return { clock, issuer, claims, now, verify };
}

const refused = (reason: string) => ({ kind: "refused", reason });
const accepted = (via: string) => ({ kind: "accepted", via });

Deno.test("PushVerifier accepts Google's token for the route's own URL, under both forms of the issuer", async () => {
  const { claims, issuer, verify } = await setup();
  for (const iss of ["https://accounts.google.com", "accounts.google.com"]) {
    assert.deepEqual(await verify(await issuer.sign(claims({ iss }))), accepted("oidc"));
  }
});

Deno.test("PushVerifier refuses a token with any one claim wrong or absent", async () => {
  const { claims, issuer, now, verify } = await setup();
  const cases: [Record<string, unknown>, string][] = [
    [{ iss: "https://evil.example" }, "wrong_iss"],
    [{ iss: undefined }, "wrong_iss"],
    [{ aud: "https://millrace.test/push/other" }, "wrong_aud"],
    [{ aud: `${OWN}/` }, "wrong_aud"],
    [{ aud: undefined }, "wrong_aud"],
    [{ email: "other@acme.iam.gserviceaccount.com" }, "wrong_account"],
    [{ email: undefined }, "wrong_account"],
    [{ email: ACCOUNT.toUpperCase() }, "wrong_account"],
    [{ email_verified: false }, "account_unverified"],
    [{ email_verified: "true" }, "account_unverified"],
    [{ email_verified: undefined }, "account_unverified"],
    [{ exp: now() - 31 }, "err_jwt_expired"],
    [{ exp: undefined }, "wrong_exp"],
    [{ iat: undefined }, "wrong_iat"],
  ];
  for (const [change, reason] of cases) {
    assert.deepEqual(await verify(await issuer.sign(claims(change))), refused(reason), JSON.stringify(change));
  }
});

Deno.test("PushVerifier refuses forged, unsigned and malformed tokens", async () => {
  const { claims, issuer, verify } = await setup();
  const token = await issuer.sign(claims());
  const [header = "", , signature = ""] = token.split(".");
  const other = btoa(JSON.stringify(claims({ sub: "5" }))).replaceAll("=", "").replaceAll("+", "-").replaceAll(
    "/",
    "_",
  );
  const symmetric = await new SignJWT(claims()).setProtectedHeader({ alg: "HS256", kid: "key-1" })
    .sign(new TextEncoder().encode("internal-secret-of-32-characters"));
  const cases: [string, string][] = [
    [`${header}.${other}.${signature}`, "err_jws_signature_verification_failed"],
    [new UnsecuredJWT(claims()).encode(), "err_jose_alg_not_allowed"],
    [symmetric, "err_jose_alg_not_allowed"],
    ["not-a-token", "err_jws_invalid"],
    ["", "no_token"],
  ];
  for (const [forged, reason] of cases) {
    const verdict = await verify(forged);
    assert.deepEqual(verdict, refused(reason), forged);
  }
});

Deno.test("PushVerifier accepts each configured audience and no longer the route's own URL", async () => {
  const { claims, issuer, verify } = await setup({ audiences: ["old", "new"] });
  assert.deepEqual(await verify(await issuer.sign(claims({ aud: "old" }))), accepted("oidc"));
  assert.deepEqual(await verify(await issuer.sign(claims({ aud: "new" }))), accepted("oidc"));
  assert.deepEqual(await verify(await issuer.sign(claims())), refused("wrong_aud"));
});

Deno.test("PushVerifier accepts this process's secret, and nothing else, where no service account is configured", async () => {
  const { claims, issuer, verify } = await setup({ service_account: "" });
  assert.deepEqual(await verify("internal-secret"), accepted("internal"));
  assert.deepEqual(await verify("internal-secreT"), refused("no_account_configured"));
  assert.deepEqual(await verify(await issuer.sign(claims({ email: "" }))), refused("no_account_configured"));
});

Deno.test("PushVerifier lets an emulator in only when configured and only from a private host", async () => {
  const strict = await setup();
  assert.deepEqual(await strict.verify("", true), refused("no_token"));
  const lax = await setup({ insecure_emulator: true });
  assert.deepEqual(await lax.verify("", true), accepted("emulator"));
  assert.deepEqual(await lax.verify("", false), refused("no_token"));
});

Deno.test("PushVerifier checks a repeated token's signature once, and still refuses it when it has expired", async () => {
  const { claims, clock, issuer, now, verify } = await setup();
  const token = await issuer.sign(claims({ exp: now() + 60 }));
  assert.deepEqual(await verify(token), accepted("oidc"));
  issuer.away = true;
  assert.deepEqual(await verify(token), accepted("oidc"));
  await clock.advance(91_000);
  assert.deepEqual(await verify(token), refused("err_jwt_expired"));
});

Deno.test("PushVerifier fetches a rotated key set once per cooldown, however many unknown keys are presented", async () => {
  const { claims, clock, issuer, verify } = await setup();
  await verify(await issuer.sign(claims()));
  await issuer.rotate("key-2");
  assert.deepEqual((await verify(await issuer.sign(claims()))).kind, "refused");
  await clock.advance(30_000);
  assert.deepEqual(await verify(await issuer.sign(claims())), accepted("oidc"));
  for (let count = 0; count < 20; count++) {
    await verify(await issuer.sign(claims({ count }), { kid: `made-up-${count}` }));
  }
  assert.equal(issuer.asked.get(CERTS), 2);
});

Deno.test("PushVerifier says try again while Google's keys can't be had, and recovers after the cooldown", async () => {
  const { claims, clock, issuer, verify } = await setup();
  issuer.away = true;
  const token = await issuer.sign(claims());
  const away = (error: unknown) => error instanceof TransientError && error.code === "key_set_away";
  await assert.rejects(verify(token), away);
  issuer.away = false;
  await assert.rejects(verify(token), away);
  assert.equal(issuer.asked.get(CERTS), 1);
  await clock.advance(30_000);
  assert.deepEqual(await verify(token), accepted("oidc"));
});

Deno.test("PushVerifier goes on with an old key set while a new one can't be fetched, for a day", async () => {
  const { claims, clock, issuer, now, verify } = await setup();
  await verify(await issuer.sign(claims()));
  issuer.away = true;
  await clock.advance(2 * 3_600_000);
  assert.deepEqual(await verify(await issuer.sign(claims({ iat: now(), exp: now() + 60 }))), accepted("oidc"));
  await clock.advance(25 * 3_600_000);
  await assert.rejects(verify(await issuer.sign(claims({ iat: now(), exp: now() + 60 }))), TransientError);
});

Deno.test("PushVerifier gives up on a key set server that does not answer", async () => {
  const clock = new SimulatedClock();
  const fetch = (_input: unknown, init?: RequestInit) =>
    new Promise<Response>((_, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)));
  const config = { audiences: [], service_account: ACCOUNT, certs_url: CERTS, insecure_emulator: false };
  const verifier = openPushVerifier(config, new Secret("x"), { clock, fetch });
  const issuer = await openIssuer(CERTS);
  const authorization = `Bearer ${await issuer.sign({ aud: OWN })}`;
  const verdict = verifier.verify({ authorization, own_url: OWN, from_private_host: () => false });
  await assert.rejects(clock.runUntil(verdict, { stepMs: 1_000, limitMs: 10_000 }), TransientError);
  assert.equal(clock.sleeping, 0);
});
