/** Why a document is, or is not, in search. Pure. */
import type { DeadLetter } from "../../shared/contracts/messages.ts";
import { HANDLER_FAILURES_MAX } from "../../shared/contracts/subscriptions.ts";
import type { ClaimSeen } from "../../shared/state/port.ts";
import type { Held } from "../registry.ts";
import type { Facts, Origin } from "./facts.ts";
import type { Verdict } from "./model.ts";

/** Longer than this, no delivery is under way that would not have left a trace. */
const ON_ITS_WAY_MS = 60 * 60_000;

const SEARCH = "vespa-loader";

/** The first reason that holds, those that name a culprit before those that only guess. */
export function verdictOf(facts: Facts, user_id: string): Verdict {
  const { origin, letters } = facts;
  const held = facts.held.find(({ service }) => service === SEARCH)?.held;
  const known = Math.max(origin?.entry.revision ?? 0, 0);
  if (held !== undefined && !held.deleted && held.revision >= known) return found(facts, held);
  const letter = letters.find(({ subscription }) => subscription.startsWith(SEARCH));
  if (letter !== undefined && Date.parse(letter.failed_at) * 1_000 >= known) return deadLetter(letter);
  const read = letters.find(({ subscription }) => subscription.startsWith("office-"));
  if (read !== undefined) return setAside(read);
  if (origin === null) {
    return held?.deleted === true ? deleted("") : lost("Office knows nothing of it any more", user_id);
  }
  return ofOrigin(origin, facts, user_id);
}

function ofOrigin(origin: Origin, facts: Facts, user_id: string): Verdict {
  const { entry, given, connection } = origin;
  if (entry.state === "tombstone") {
    return given ? deleted(momentOf(entry.revision)) : {
      code: "left_out",
      text: "The person does not give this resource (any more), so it was withdrawn.",
      command: `PATCH /v1/connections/${connection.connection_id}`,
    };
  }
  if (entry.state === "pending") return pending(origin, user_id);
  const claim = facts.passed.find(({ config }) => config.service === SEARCH)?.claim ?? { kind: "none" };
  return ofClaim(claim, facts.now_ms - entry.revision / 1_000, user_id);
}

/** It was read but its event is not known to be published: whoever holds the mailbox next goes on with it. */
function pending({ connection, status }: Origin, user_id: string): Verdict {
  if (connection.state === "needs_reauth") {
    return {
      code: "sign_in_again",
      text: "The account can't be read: its grant has ended. The person has to connect it again; then it goes on.",
      command: `POST /v1/connections/${connection.provider} with Millrace-User: ${user_id}`,
    };
  }
  return {
    code: "being_published",
    text: `Office has read it and is about to publish it (${status.resource} is ${status.state}).`,
    command: "deno task tick polls",
  };
}

function ofClaim(claim: ClaimSeen, age_ms: number, user_id: string): Verdict {
  switch (claim.kind) {
    case "held":
      return { code: "being_indexed", text: "The loader works on it right now.", command: "" };
    case "failed":
      return {
        code: "failing",
        text:
          `The loader failed on it ${claim.failures} of ${HANDLER_FAILURES_MAX} times and will be given it again. ` +
          "Then it becomes a dead letter with its reason.",
        command: "deno task doctor",
      };
    case "done":
      return lost(`The loader finished with it at ${momentOf(claim.at_ms * 1_000)} (${claim.outcome})`, user_id);
    case "none":
      if (age_ms > ON_ITS_WAY_MS) return lost("Nothing tells that the loader was ever given it", user_id);
      return {
        code: "on_its_way",
        text: "It is published and waits for the loader. See how many messages wait before it.",
        command: "GET /v1/admin/subscriptions",
      };
  }
}

function found({ origin }: Facts, { revision }: Held): Verdict {
  const read_at = origin?.status.last_read_at ?? "";
  const since = read_at === "" ? "" : ` The account was last read at ${read_at}.`;
  return { code: "searchable", text: `Search has the version read at ${momentOf(revision)}.${since}`, command: "" };
}

function deadLetter({ dead_letter_id, subscription, reason, retry_at }: DeadLetter): Verdict {
  const next = retry_at === "" ? "It waits for you." : `It goes back by itself at ${retry_at}.`;
  return {
    code: "dead_letter",
    text: `${subscription} could not handle it: ${reason}. ${next}`,
    command: `deno task replay ${dead_letter_id}`,
  };
}

function setAside({ dead_letter_id, reason }: DeadLetter): Verdict {
  return {
    code: "set_aside",
    text: `It could not be read at its provider: ${reason}. Its mailbox goes on without it.`,
    command: `deno task replay ${dead_letter_id}`,
  };
}

function deleted(at: string): Verdict {
  const when = at === "" ? "" : ` Its deletion was read at ${at}.`;
  return { code: "deleted", text: `It is deleted at its provider.${when}`, command: "" };
}

function lost(what: string, user_id: string): Verdict {
  return {
    code: "lost",
    text: `${what}, and yet search does not have it. A verification publishes it again.`,
    command: `deno task verify --user ${user_id}`,
  };
}

/** A revision as the moment of its read. */
export function momentOf(revision: number): string {
  return revision === 0 ? "" : new Date(revision / 1_000).toISOString();
}
