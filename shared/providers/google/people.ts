/** Google Contacts, by the People API: a sync token for the address book, no notifications. */
import { z } from "zod";
import { choiceOf } from "../choice.ts";
import { away } from "../http.ts";
import type { ChangePage, PageItem, ProviderResponse, Refusal, Removal } from "../port.ts";
import { googleReasons } from "../verdict.ts";
import { noPush } from "./channels.ts";
import { refusedBy } from "./errors.ts";
import { listOf } from "./fields.ts";
import { depthIn, PAGES_MAX, parsePeopleCursor, type PeopleCursor, RESTARTS_MAX } from "./people_cursor.ts";
import { knownGroups } from "./people_groups.ts";
import { lookupPeople, readingOf } from "./people_lookup.ts";
import { contactOf, CONTACTS_CONTAINER, PERSON_FIELDS, PersonHead, type PersonReading } from "./person.ts";
import type { GoogleOptions, GoogleReader, GoogleResource } from "./resource.ts";

const PEOPLE_PER_PAGE = 500;

const Connections = z.object({
  // A quiet sync has none.
  connections: listOf(z.unknown()),
  nextPageToken: z.string().nullish(),
  nextSyncToken: z.string().nullish(),
});

/** Google Contacts. */
export function openPeople(options: GoogleOptions): GoogleResource {
  return {
    scopes: [
      "https://www.googleapis.com/auth/contacts.readonly",
      "https://www.googleapis.com/auth/contacts",
    ],
    id_scope: "account",
    notifications: noPush("Google does not notify about contacts"),
    changes: (mailbox, cursor) => readPeople({ ...options, mailbox }, parsePeopleCursor(cursor)),
    lookup: (mailbox, items, cursor) => lookupPeople({ ...options, mailbox }, items, parsePeopleCursor(cursor)),
  };
}

function connectionsUrl({ urls }: GoogleReader, { token, page }: PeopleCursor): string {
  // All but the tokens must be the same in every request of a sync.
  const query = new URLSearchParams({
    personFields: PERSON_FIELDS,
    pageSize: String(PEOPLE_PER_PAGE),
    requestSyncToken: "true",
  });
  if (token !== "") query.set("syncToken", token);
  if (page !== "") query.set("pageToken", page);
  return `${urls.people}/people/me/connections?${query}`;
}

async function readPeople(reader: GoogleReader, before: PeopleCursor): Promise<ChangePage> {
  const choice = choiceOf(reader.mailbox.connection, "contacts");
  const depth = depthIn(choice);
  const begun = before.page === "" ? { ...before, groups_read: false } : before;
  const cursor = depth === before.depth ? begun : { ...begun, depth, token: "", page: "", pages: 0 };
  const answer = await reader.mailbox.request(connectionsUrl(reader, cursor));
  if (isLost(answer, cursor)) return lost(reader, cursor);
  if (answer.status !== 200) throw refusedBy(answer, "list the contacts");
  const parsed = Connections.safeParse(answer.json);
  const { connections, nextPageToken, nextSyncToken } = parsed.data ?? {};
  if (connections === undefined || (connections.length === 0 && !nextPageToken && !nextSyncToken)) {
    throw away("Google's answer is not a list of contacts", parsed.error);
  }
  const groups = await knownGroups(reader, cursor, connections);
  const reading = await readingOf(reader, choice, groups.groups, connections);
  const enumerating = cursor.token === "";
  const pages = cursor.pages + 1;
  const cut = pages >= PAGES_MAX;
  const page = cut ? "" : nextPageToken ?? "";
  const done = page === "";
  const after: PeopleCursor = {
    ...cursor,
    ...groups,
    page,
    pages: done ? 0 : pages,
    restarts: done ? 0 : cursor.restarts,
    token: done && !cut ? nextSyncToken ?? cursor.token : cursor.token,
  };
  const { documents, removals, refused } = sort(connections, reading);
  return {
    documents,
    // In an enumeration absence says it, for less.
    removals: enumerating ? [] : removals,
    partial: [],
    refused,
    cursor: JSON.stringify(after),
    done,
    enumeration: enumerating
      ? { container: CONTACTS_CONTAINER, started: cursor.page === "", finished: done && !cut }
      : null,
    gone_containers: [],
  };
}

/** A sync token lives seven days from the enumeration that it came of. A page can be lost too. */
function isLost(answer: ProviderResponse, { token, page }: PeopleCursor): boolean {
  if (token === "" && page === "") return false;
  if (answer.status === 410) return true;
  return answer.status === 400 && (page !== "" || googleReasons(answer.json).includes("EXPIRED_SYNC_TOKEN"));
}

function lost({ deps }: GoogleReader, cursor: PeopleCursor): ChangePage {
  deps.counters.add("provider_cursors_lost_total", { provider: "google" });
  const restarts = cursor.restarts + 1;
  if (restarts > RESTARTS_MAX) throw away("The pages of contacts are lost again and again", undefined, 10 * 60 * 1000);
  return {
    documents: [],
    removals: [],
    partial: [],
    refused: [],
    cursor: JSON.stringify({ ...cursor, token: "", page: "", pages: 0, restarts }),
    done: false,
    enumeration: null,
    gone_containers: [],
  };
}

/** Each person once, by what became of them last. */
function sort(items: readonly unknown[], reading: PersonReading) {
  const documents = new Map<string, PageItem>();
  const removals = new Map<string, Removal>();
  const refused: Refusal[] = [];
  const container = CONTACTS_CONTAINER;
  const remove = (provider_id: string) => {
    documents.delete(provider_id);
    removals.set(provider_id, { provider_id, container, doc_type: "contact" });
  };
  for (const item of items) {
    const head = PersonHead.safeParse(item);
    if (!head.success) {
      refused.push({
        provider_id: "",
        container,
        reason: "A contact without a name of its own",
        field: "resourceName",
      });
      continue;
    }
    const { resourceName, metadata } = head.data;
    // A person gets another name when a contact is linked to a profile, or not any more.
    for (const former of metadata?.previousResourceNames ?? []) if (former !== resourceName) remove(former);
    if (metadata?.deleted === true) {
      remove(resourceName);
      continue;
    }
    removals.delete(resourceName);
    documents.set(resourceName, { provider_id: resourceName, container, read: () => contactOf(item, reading) });
  }
  return { documents: [...documents.values()], removals: [...removals.values()], refused };
}
