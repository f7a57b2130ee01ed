/** Which subscriptions a resource needs, and what becomes of them when that changes. */
import type { ResourceKey, ResourceName } from "../../shared/contracts/ids.ts";
import type { Connection, DueRenewal } from "../../shared/contracts/records.ts";
import { noteDelivery } from "./connections.ts";
import type { Due } from "./due.ts";
import { parseHead } from "./head.ts";
import { planAttempt } from "./renewal_plans.ts";
import { beginSubscription, endSubscription } from "./renewals.ts";
import { listCurrent } from "./subscription_records.ts";
import type { OfficePorts } from "./work.ts";

/**
 * Plans the subscriptions of a resource: their records are written before the provider is asked.
 * @returns what is due, for `attempt`; nothing when the provider can't notify, which the connection then says.
 */
export async function planSubscriptions(
  ports: OfficePorts,
  connection: Connection,
  resource: ResourceName,
): Promise<readonly Due<DueRenewal>[]> {
  const provider = ports.providers.get(connection.provider);
  if (provider === undefined) return [];
  const { supported, reason } = provider.push(resource, connection.scopes);
  if (!supported) {
    await noteDelivery(ports, connection, resource, { delivery: "poll", reason });
    return [];
  }
  const targets = await targetsOf(ports, connection, resource);
  const begun = await Promise.all(targets.map((target) => beginSubscription(ports, connection, { resource, target })));
  return begun.map(({ due }) => due);
}

/** After a round the cursor may know other targets (a new calendar, a list that is gone): the renewals tick sees to them. */
export async function followTargets(
  ports: OfficePorts,
  connection: Connection,
  { resource }: ResourceKey,
): Promise<void> {
  const provider = ports.providers.get(connection.provider);
  if (provider === undefined || !provider.push(resource, connection.scopes).supported) return;
  const wanted = new Set(await targetsOf(ports, connection, resource));
  // One that stands for everything is made when the account is connected, and never changes.
  if (wanted.size === 1 && wanted.has("")) return;
  const current = await listCurrent(ports.state, connection.connection_id, resource);
  const watched = new Set(current.map(({ target }) => target));
  await Promise.all([
    ...current.filter(({ target }) => !wanted.has(target)).map((record) => endSubscription(ports, record)),
    ...[...wanted].filter((target) => !watched.has(target)).map(async (target) => {
      const { due } = await beginSubscription(ports, connection, { resource, target });
      await planAttempt(ports.state, due.value.subscription_id, ports.deps.clock.now());
    }),
  ]);
}

/**
 * Makes anew what still notifies an address that was ours before; the former ones are ended once their successors live.
 * @returns how many
 */
export async function followAddress(ports: OfficePorts, connection: Connection): Promise<number> {
  if (ports.public_url === "") return 0;
  const current = await listCurrent(ports.state, connection.connection_id);
  const elsewhere = current.filter(({ public_url }) => public_url !== "" && public_url !== ports.public_url);
  await Promise.all(elsewhere.map(async (watched) => {
    const { due } = await beginSubscription(ports, connection, watched);
    await planAttempt(ports.state, due.value.subscription_id, ports.deps.clock.now());
  }));
  return elsewhere.length;
}

async function targetsOf(
  { state, providers }: OfficePorts,
  { user_id, connection_id, provider }: Connection,
  resource: ResourceName,
): Promise<readonly string[]> {
  const { head } = await state.ledger({ user_id, connection_id, resource }).head();
  return providers.get(provider)?.targets(resource, parseHead(head).cursor) ?? [];
}
