/** The folders, calendars, drives and lists of a connection, for a person to choose among. */
import { PermanentError, TransientError } from "../../shared/contracts/errors.ts";
import type { ResourceName } from "../../shared/contracts/ids.ts";
import type { Connection } from "../../shared/contracts/records.ts";
import { choiceOf, includes } from "../../shared/providers/choice.ts";
import type { OfferedContainer } from "../../shared/providers/port.ts";
import { usedFor } from "../../shared/providers/purpose.ts";
import type { OfficePorts } from "./work.ts";

/** A person waits for the answer. */
const ASK_MS_MAX = 20_000;

/** Deeper than folders are anywhere. */
const DEPTH_MAX = 100;

/** A container as it is offered to its person. */
export interface ContainerOffer extends OfferedContainer {
  /** Its name with those of the containers above it that are listed: `Work/2026`. */
  readonly path: string;
  /** Whether the present choice gives what lies in it. */
  readonly given: boolean;
}

/**
 * The containers of a resource as the provider has them now, in no order.
 * @param parent only those directly in this one; `""` for all, of a drive for its top
 * @throws PermanentError `needs_reauth`, `not_granted`, `provider_refused`; TransientError when the provider does not answer
 */
export async function offeredContainers(
  ports: Pick<OfficePorts, "providers" | "deps" | "openMailbox">,
  connection: Connection,
  resource: ResourceName,
  parent: string,
): Promise<readonly ContainerOffer[]> {
  const provider = ports.providers.get(connection.provider);
  if (provider === undefined) {
    throw new PermanentError("provider_not_configured", "The provider is not configured here");
  }
  if (connection.state === "needs_reauth") {
    throw new PermanentError("needs_reauth", "The account has to be connected again first");
  }
  if (!connection.resources.some((status) => status.resource === resource && status.granted)) {
    throw new PermanentError(
      "not_granted",
      "The consent leaves this resource out. Connect the account again to give it.",
      {
        field: "resource",
      },
    );
  }
  const offered = await withinTime(ports, async (signal) => {
    const mailbox = usedFor(ports.openMailbox(connection, signal), { resource, backfill: false });
    return await provider.containers(mailbox, resource, parent);
  });
  const byId = new Map(offered.map((one) => [one.container_id, one]));
  const choice = choiceOf(connection, resource);
  return offered.filter(({ parent_id }) => parent === "" || parent_id === parent).map((one) => {
    const above = ancestorsOf(one, byId);
    // A file lies in all the folders above it, a mail in one only.
    const lies_in = resource === "drive" ? [one.container_id, ...above.map(({ container_id }) => container_id)] : [];
    const unlisted = parent === "" || byId.has(parent) || resource !== "drive" ? [] : [parent];
    return {
      ...one,
      path: [...above.toReversed(), one].map(({ name }) => name).join("/"),
      given: includes(choice, resource === "drive" ? [...lies_in, ...unlisted] : [one.container_id]),
    };
  });
}

function ancestorsOf(
  { parent_id }: OfferedContainer,
  byId: ReadonlyMap<string, OfferedContainer>,
): readonly OfferedContainer[] {
  const above: OfferedContainer[] = [];
  for (
    let next = byId.get(parent_id);
    next !== undefined && above.length < DEPTH_MAX;
    next = byId.get(next.parent_id)
  ) {
    above.push(next);
  }
  return above;
}

async function withinTime<T>(
  { deps }: Pick<OfficePorts, "deps">,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const answered = new AbortController();
  const timer = deps.clock.sleep(ASK_MS_MAX, answered.signal).then(
    () => late.abort(new TransientError("provider_busy", "The provider does not answer in time")),
    () => undefined,
  );
  try {
    return await work(late.signal);
  } finally {
    answered.abort();
    await timer;
  }
}
