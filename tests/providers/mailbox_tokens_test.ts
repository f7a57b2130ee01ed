/** The mailbox's tokens: renewed in time, once for all that wait, and never lost to a race. */
import assert from "node:assert/strict";
import { PermanentError } from "../../shared/contracts/errors.ts";
import { COLLECTIONS } from "../../shared/contracts/records.ts";
import { away } from "../../shared/providers/http.ts";
import { readTokens, replaceTokens } from "../../shared/providers/tokens.ts";
import { PLAIN_VAULT } from "./account.ts";
import { bearer, HOST, mailboxBundle, nextTokens } from "./mailbox_bundle.ts";
import { TEST_CONNECTION } from "./scripted_mailbox.ts";

const { connection_id, user_id } = TEST_CONNECTION;

Deno.test("request() renews a token that expires within five minutes, once for all that wait", async () => {
  const bundle = await mailboxBundle({
    life_ms: 4 * 60_000,
    refresh: async (tokens, clock) => {
      await clock.sleep(700);
      return await nextTokens(tokens, clock);
    },
  });
  const mailboxes = [bundle.open(), bundle.open()];
  await bundle.run(Promise.all(Array.from({ length: 10 }, (_, at) => mailboxes[at % 2]?.request(`${HOST}/${at}`))));
  assert.equal(bundle.refreshed.length, 1);
  assert.deepEqual(new Set(bundle.requests.map(bearer)), new Set(["Bearer access-1"]));
  assert.equal((await bundle.tokensNow()).refresh_token, "refresh-1");
});

Deno.test("request() asks for the right to renew once, however many requests of a process wait", async () => {
  const bundle = await mailboxBundle({ life_ms: 0 });
  const taken: string[] = [];
  const { slots } = bundle.state;
  const take = slots.take.bind(slots);
  slots.take = (name, max, ttl_ms) => {
    taken.push(name);
    return take(name, max, ttl_ms);
  };
  const mailbox = bundle.open();
  await bundle.run(Promise.all(Array.from({ length: 3 }, (_, at) => mailbox.request(`${HOST}/${at}`))));
  assert.equal(taken.filter((name) => name.startsWith("refresh:")).length, 1);
});

Deno.test("request() looks again once it may renew: another instance may just have done so", async () => {
  const bundle = await mailboxBundle({ life_ms: 0 });
  const { slots } = bundle.state;
  const take = slots.take.bind(slots);
  slots.take = async (name, max, ttl_ms) => {
    if (name.startsWith("refresh:")) {
      const read = await readTokens(bundle.state, PLAIN_VAULT, TEST_CONNECTION);
      const theirs = { ...await nextTokens(read.tokens, bundle.clock), access_token: "access-9" };
      await replaceTokens(bundle.state, PLAIN_VAULT, TEST_CONNECTION, read, theirs);
    }
    return await take(name, max, ttl_ms);
  };
  await bundle.run(bundle.open().request(`${HOST}/x`));
  assert.equal(bundle.refreshed.length, 0);
  assert.equal(bearer(bundle.requests[0]), "Bearer access-9");
});

Deno.test("request() leaves a token alone that is good for longer", async () => {
  const bundle = await mailboxBundle({ life_ms: 6 * 60_000 });
  await bundle.run(bundle.open().request(`${HOST}/x`));
  assert.equal(bundle.refreshed.length, 0);
});

Deno.test("request() renews once on 401, for claims challenges too, and repeats the request", async () => {
  const challenge = 'Bearer error="insufficient_claims", claims="eyJhY2Nlc3MifQ=="';
  for (const header of ["Bearer", challenge]) {
    const bundle = await mailboxBundle({
      fetch: (request) =>
        bearer(request) === "Bearer access-1"
          ? Response.json({ ok: true })
          : new Response("{}", { status: 401, headers: { "www-authenticate": header } }),
    });
    assert.deepEqual((await bundle.run(bundle.open().request(`${HOST}/x`))).json, { ok: true });
    assert.equal(bundle.refreshed.length, 1);
    assert.equal(await bundle.connectionState(), "active");
  }
});

Deno.test("request() says needs_reauth when a new token is refused too", async () => {
  const bundle = await mailboxBundle({ fetch: () => new Response("{}", { status: 401 }) });
  await assert.rejects(bundle.run(bundle.open().request(`${HOST}/x`)), {
    name: "PermanentError",
    code: "needs_reauth",
  });
  assert.equal(bundle.requests.length, 2);
  assert.equal(bundle.refreshed.length, 1);
  assert.equal(await bundle.connectionState(), "needs_reauth");
});

Deno.test("request() uses the token that another instance has stored instead of renewing it again", async () => {
  const bundle = await mailboxBundle({
    fetch: (request) => bearer(request) === "Bearer access-9" ? Response.json({}) : new Response("{}", { status: 401 }),
  });
  const mailbox = bundle.open();
  const read = await readTokens(bundle.state, PLAIN_VAULT, TEST_CONNECTION);
  const theirs = { ...read.tokens, access_token: "access-9", refresh_token: "refresh-9" };
  await replaceTokens(bundle.state, PLAIN_VAULT, TEST_CONNECTION, read, theirs);
  assert.equal((await bundle.run(mailbox.request(`${HOST}/x`))).status, 200);
  assert.equal(bundle.refreshed.length, 0);
});

Deno.test("request() marks the connection when the grant is refused, and throws needs_reauth", async () => {
  const bundle = await mailboxBundle({
    life_ms: 0,
    refresh: () => Promise.reject(new PermanentError("needs_reauth", "The grant is refused")),
  });
  await assert.rejects(bundle.run(bundle.open().request(`${HOST}/x`)), {
    name: "PermanentError",
    code: "needs_reauth",
  });
  assert.equal(await bundle.connectionState(), "needs_reauth");
  assert.equal(bundle.requests.length, 0);
  assert.equal(bundle.state.taken(`refresh:${connection_id}`), 0);
});

Deno.test("request() of the loser of a race keeps the winner's tokens: its invalid_grant proves nothing", async () => {
  const bundle: Awaited<ReturnType<typeof mailboxBundle>> = await mailboxBundle({
    life_ms: 0,
    refresh: async (_, clock) => {
      // Meanwhile another instance, whose slot this one outlived, has renewed the tokens; ours are used up.
      const read = await readTokens(bundle.state, PLAIN_VAULT, TEST_CONNECTION);
      const theirs = { ...read.tokens, access_token: "access-9", refresh_token: "refresh-9" };
      await replaceTokens(bundle.state, PLAIN_VAULT, TEST_CONNECTION, read, {
        ...theirs,
        expires_at_ms: clock.now() + 3_600_000,
      });
      throw new PermanentError("needs_reauth", "The grant is refused");
    },
  });
  assert.equal((await bundle.run(bundle.open().request(`${HOST}/x`))).status, 200);
  assert.equal(bearer(bundle.requests[0]), "Bearer access-9");
  assert.equal(await bundle.connectionState(), "active");
  assert.equal((await bundle.tokensNow()).refresh_token, "refresh-9");
});

Deno.test("request() does not bring back the tokens of a connection that was ended during a refresh", async () => {
  const bundle: Awaited<ReturnType<typeof mailboxBundle>> = await mailboxBundle({
    life_ms: 0,
    refresh: async (tokens, clock) => {
      await bundle.state.records({ user_id }).commit([
        { op: "delete", collection: COLLECTIONS.tokens, id: connection_id },
        { op: "delete", collection: COLLECTIONS.connections, id: connection_id },
      ]);
      return await nextTokens(tokens, clock);
    },
  });
  await assert.rejects(bundle.run(bundle.open().request(`${HOST}/x`)), { code: "needs_reauth" });
  assert.equal(await bundle.state.records({ user_id }).get(COLLECTIONS.tokens, connection_id), null);
  assert.equal(bundle.requests.length, 0);
});

Deno.test("request() leaves the connection alone when the token endpoint is only away", async () => {
  const bundle = await mailboxBundle({ life_ms: 0, refresh: () => Promise.reject(away("No answer")) });
  await assert.rejects(bundle.run(bundle.open().request(`${HOST}/x`)), {
    name: "TransientError",
    code: "provider_away",
  });
  assert.equal(await bundle.connectionState(), "active");
  assert.equal((await bundle.tokensNow()).refresh_token, "refresh-0");
});
