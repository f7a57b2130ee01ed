/** The way of a document, from what is known of it. */
import { type Facts, gather, type LineagePorts } from "./facts.ts";
import type { Hop, LineageView } from "./model.ts";
import { momentOf, verdictOf } from "./verdict.ts";

/** See `lineageOf`. */
export async function wayOf(ports: LineagePorts, user_id: string, doc_id: string): Promise<LineageView | null> {
  const facts = await gather(ports, user_id, doc_id);
  if (facts === null) return null;
  return { doc_id, doc_type: facts.doc_type, verdict: verdictOf(facts, user_id), hops: hopsOf(facts) };
}

function hopsOf(facts: Facts): Hop[] {
  return [
    ...originHops(facts),
    ...referenceHops(facts),
    ...deliveryHops(facts),
    ...heldHops(facts),
    ...letterHops(facts),
  ];
}

function originHops({ origin }: Facts): Hop[] {
  if (origin === null) return [];
  const { connection, status, given, entry } = origin;
  const name = `${connection.connection_id} ${status.resource}`;
  const account = connection.state === "active" ? given ? status.state : "left_out" : connection.state;
  const doubt = entry.doubt === "" ? "" : `in doubt (${entry.doubt}): looked up in the next round; `;
  return [
    {
      where: "connection",
      name,
      state: account,
      at: status.last_read_at,
      revision: 0,
      detail: `${connection.provider}, ${status.delivery}${status.reason === "" ? "" : `: ${status.reason}`}`,
    },
    {
      where: "ledger",
      name,
      state: entry.state,
      at: momentOf(entry.revision),
      revision: entry.revision,
      detail: `${doubt}provider's id ${entry.provider_id}${entry.container === "" ? "" : ` in ${entry.container}`}`,
    },
  ];
}

function referenceHops({ origin, reference }: Facts): Hop[] {
  if (reference === null || origin === null) return [];
  const { revision } = reference;
  const state = revision >= origin.entry.revision ? "current" : "older";
  return [{ where: "reference", name: "office", state, at: momentOf(revision), revision, detail: "" }];
}

function deliveryHops({ origin, passed }: Facts): Hop[] {
  return passed.map(({ config, claim }): Hop => {
    const hop = { where: "subscription" as const, name: config.name, revision: origin?.entry.revision ?? 0 };
    switch (claim.kind) {
      case "done":
        return { ...hop, state: "done", at: new Date(claim.at_ms).toISOString(), detail: claim.outcome };
      case "held":
      case "failed": {
        const detail = claim.failures === 0 ? "" : `${claim.failures} failures so far`;
        return { ...hop, state: claim.kind, at: "", detail };
      }
      case "none":
        return { ...hop, state: "no_trace", at: "", detail: "waiting, or done more than a day ago" };
    }
  });
}

function heldHops({ held, origin }: Facts): Hop[] {
  return held.map(({ service, held: { revision, deleted } }) => {
    const current = revision >= (origin?.entry.revision ?? 0);
    const state = deleted ? "deleted" : current ? "current" : "older";
    return { where: "consumer", name: service, state, at: momentOf(revision), revision, detail: "" };
  });
}

function letterHops({ letters }: Facts): Hop[] {
  return letters.map(({ dead_letter_id, subscription, kind, reason, failed_at }) => ({
    where: "dead_letter",
    name: dead_letter_id,
    state: kind,
    at: failed_at,
    revision: 0,
    detail: `${subscription}: ${reason}`,
  }));
}
