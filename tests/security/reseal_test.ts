import assert from "node:assert/strict";
import type { EncryptionKey } from "../../shared/contracts/config.ts";
import { AccountRecord, COLLECTIONS, TokenRecord } from "../../shared/contracts/records.ts";
import { Secret } from "../../shared/contracts/secret.ts";
import { openVault, resealTokens, type Vault } from "../../shared/security/mod.ts";
import { openSqliteState } from "../../shared/state/sqlite/mod.ts";
import { SimulatedClock } from "../simulation/clock.ts";
import { seededRandom } from "../simulation/random.ts";

const key = (id: string, seed: number): EncryptionKey => {
  return { id, key: new Secret(seededRandom(seed).bytes(32).toBase64()) };
};
const [k1, k2] = [key("k1", 1), key("k2", 2)];
const connectionId = (index: number) => `${index}`.padStart(32, "0");

/** Accounts `ada0`, `ada1`, … with tokens that these vaults sealed. */
async function openAccounts(vaults: readonly Vault[]) {
  const random = seededRandom(3);
  const state = openSqliteState({ path: ":memory:", clock: new SimulatedClock({}), random });
  for (const [index, vault] of vaults.entries()) {
    const connection_id = connectionId(index);
    const user_id = `ada${index}`;
    const account: AccountRecord = { connections: [{ user_id, connection_id }] };
    await state.records({ system: "accounts" }).commit([
      { op: "put", collection: COLLECTIONS.accounts, id: `google:${user_id}@example.com`, value: account },
    ]);
    const sealed = await vault.seal(`token-${index}`, connection_id);
    const value: TokenRecord = { connection_id, sealed, expires_at: "2030-01-01T00:00:00.000Z" };
    await state.records({ user_id }).commit([{ op: "put", collection: COLLECTIONS.tokens, id: connection_id, value }]);
  }
  const read = async (index: number) => {
    const stored = await state.records({ user_id: `ada${index}` }).get(COLLECTIONS.tokens, connectionId(index));
    return TokenRecord.parse(stored?.value).sealed;
  };
  return { state, read };
}

Deno.test("resealTokens() seals with the current key what an older one sealed, page by page, and finds it done", async () => {
  const random = seededRandom(4);
  const [old, both, fresh] = [
    await openVault([k1], random),
    await openVault([k2, k1], random),
    await openVault([k2], random),
  ];
  const { state, read } = await openAccounts([old, both, old]);
  const first = await resealTokens(state, both, { after: "", limit: 2 });
  assert.deepEqual([first.checked, first.resealed, first.unreadable], [2, 1, []]);
  assert.notEqual(first.next, "");
  const second = await resealTokens(state, both, { after: first.next, limit: 2 });
  assert.deepEqual(second, { checked: 1, resealed: 1, unreadable: [], next: "" });
  for (const index of [0, 1, 2]) {
    assert.equal(await fresh.open(await read(index), connectionId(index)), `token-${index}`);
  }
  assert.equal((await resealTokens(state, both, { after: "", limit: 10 })).resealed, 0);
  await state.close();
});

Deno.test("resealTokens() leaves and names what no key opens, and goes on", async () => {
  const random = seededRandom(5);
  const lost = await openVault([key("lost", 9)], random);
  const both = await openVault([k2, k1], random);
  const { state, read } = await openAccounts([lost, await openVault([k1], random)]);
  const page = await resealTokens(state, both, { after: "", limit: 10 });
  assert.deepEqual(page, { checked: 2, resealed: 1, unreadable: [connectionId(0)], next: "" });
  assert.equal((await read(0)).key_id, "lost");
  await state.close();
});

Deno.test("resealTokens() never overwrites tokens that were replaced while it sealed", async () => {
  const random = seededRandom(6);
  const old = await openVault([k1], random);
  const both = await openVault([k2, k1], random);
  const { state, read } = await openAccounts([old]);
  let raced = false;
  const racing: Vault = {
    ...both,
    async seal(text, context) {
      const sealed = await both.seal(text, context);
      if (!raced) {
        raced = true;
        const value: TokenRecord = {
          connection_id: context,
          sealed: await old.seal("token-refreshed", context),
          expires_at: "2030-01-01T00:00:00.000Z",
        };
        await state.records({ user_id: "ada0" }).commit([{
          op: "put",
          collection: COLLECTIONS.tokens,
          id: context,
          value,
        }]);
      }
      return sealed;
    },
  };
  assert.equal((await resealTokens(state, racing, { after: "", limit: 10 })).resealed, 1);
  assert.equal(await both.open(await read(0), connectionId(0)), "token-refreshed");
  assert.equal((await read(0)).key_id, "k2");
  await state.close();
});
