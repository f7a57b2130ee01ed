import assert from "node:assert/strict";
import { TransientError } from "../../shared/contracts/errors.ts";
import { userIdOf } from "../../shared/contracts/ids.ts";
import { openJwtAccess } from "../../shared/security/mod.ts";
import { SimulatedClock } from "../simulation/clock.ts";
import { openIssuer } from "./issuer.ts";

const ISSUER = "https://login.test";
const JWKS = "https://login.test/keys";
const DISCOVERY = `${ISSUER}/.well-known/openid-configuration`;

async function setup() {
  const clock = new SimulatedClock();
  const issuer = await openIssuer(JWKS);
  issuer.documents.set(DISCOVERY, { issuer: `${ISSUER}/`, jwks_uri: JWKS });
  const access = openJwtAccess({ issuer: ISSUER, audience: "millrace" }, { clock, fetch: issuer.fetch });
  const now = Math.floor(clock.now() / 1_000);
  const claims = (change: Record<string, unknown> = {}) => ({
    iss: `${ISSUER}/`,
    aud: "millrace",
    sub: "ada",
    exp: now + 60,
    ...change,
  });
  return { clock, issuer, access, claims, now };
}

Deno.test("JwtAccess takes the subject as the user, and maps one that can't stand in keys to a digest", async () => {
  const { access, claims, issuer } = await setup();
  assert.deepEqual(await access.verify(await issuer.sign(claims())), { kind: "accepted", user_id: "ada" });
  const mapped = await access.verify(await issuer.sign(claims({ sub: "auth0|ada@example.com", iss: ISSUER })));
  assert.deepEqual(mapped, { kind: "accepted", user_id: await userIdOf("auth0|ada@example.com") });
});

Deno.test("JwtAccess refuses another issuer, another audience, an expired token, and one without subject", async () => {
  const { access, claims, issuer, now } = await setup();
  const changes = [
    { iss: "https://evil.test" },
    { aud: "other" },
    { aud: undefined },
    { exp: now - 31 },
    { exp: undefined },
    { sub: undefined },
    { sub: "" },
    { nbf: now + 120 },
  ];
  for (const change of changes) {
    const verdict = await access.verify(await issuer.sign(claims(change)));
    assert.equal(verdict.kind, "refused", JSON.stringify(change));
  }
});

Deno.test("JwtAccess refuses a token that another issuer's key signed", async () => {
  const { access, claims, issuer } = await setup();
  await access.verify(await issuer.sign(claims()));
  const stranger = await openIssuer(JWKS);
  const verdict = await access.verify(await stranger.sign(claims()));
  assert.equal(verdict.kind, "refused");
});

Deno.test("JwtAccess believes no discovery document of another issuer or with a key set off https", async () => {
  for (
    const document of [{ issuer: "https://other.test", jwks_uri: JWKS }, { issuer: ISSUER, jwks_uri: "http://x.test/" }]
  ) {
    const { access, claims, issuer } = await setup();
    issuer.documents.set(DISCOVERY, document);
    await assert.rejects(access.verify(await issuer.sign(claims())), TransientError);
    assert.equal(issuer.asked.get(JWKS), undefined);
  }
});
