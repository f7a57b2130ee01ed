import type { Hono } from "hono";
import type { GoogleContext, GoogleDeps, GoogleEnv, GoogleUser } from "../gmail/context.ts";
import { GoogleError } from "../gmail/errors.ts";
import { CONTACT_SCOPES, type GoogleGuard } from "../gmail/guard.ts";
import { readCount } from "../gmail/paging.ts";
import { readRound, type RoundSource } from "../gmail/rounds.ts";
import { groupOf, personShape } from "./person_shape.ts";

const BASE = "/google/v1";
const DOMAIN = "people.googleapis.com";
/** A sync token is good for a week after the full round that it goes back to. */
const LIFE_MS = 7 * 24 * 3_600_000;
const BATCH_MAX = 200;

/** The People API, as far as a person's own contacts go (PROTOCOLS C5, G-21 to G-24). It has no notifications. */
export function peopleRoutes(app: Hono<GoogleEnv>, guard: GoogleGuard, deps: GoogleDeps): void {
  app.get(
    `${BASE}/people/me/connections`,
    guard("people.connections", CONTACT_SCOPES, (c, { me }) => listConnections(c, me, deps)),
  );
  app.get(
    `${BASE}/:method{people:batchGet}`,
    guard("people.batchGet", CONTACT_SCOPES, (c, { me }) => {
      const names = c.req.queries("resourceNames") ?? [];
      if (names.length === 0 || names.length > BATCH_MAX) throw invalidArgument();
      const fields = fieldsOf(c);
      return c.json({ responses: names.map((name) => answerOf(me, name, fields)) });
    }),
  );
  app.get(
    `${BASE}/people/:id`,
    guard("people.person", CONTACT_SCOPES, (c, { me }) => {
      const number = me.ids.parseItem("contacts", `people/${c.req.param("id")}`);
      const contact = number === undefined ? undefined : me.desk.contacts.find(number);
      if (contact === undefined) throw new GoogleError(404, "", "Requested entity was not found.", { plain: true });
      return c.json(personShape(me, contact, fieldsOf(c)));
    }),
  );
  app.get(
    `${BASE}/contactGroups`,
    guard("people.groups", CONTACT_SCOPES, (c, { me }) => {
      const labels = [...new Set(me.desk.contacts.live().flatMap((one) => one.content.labels))];
      const group = (id: string, name: string, groupType: string) => ({
        resourceName: `contactGroups/${id}`,
        etag: `"${id}"`,
        groupType,
        name,
        formattedName: name,
      });
      const contactGroups = [
        group("myContacts", "myContacts", "SYSTEM_CONTACT_GROUP"),
        ...labels.map((label) => group(groupOf(label), label, "USER_CONTACT_GROUP")),
      ];
      return c.json({ contactGroups, totalItems: contactGroups.length });
    }),
  );
}

function listConnections(c: GoogleContext, me: GoogleUser, deps: GoogleDeps): Response {
  const { contacts } = me.desk;
  const fields = fieldsOf(c);
  const incremental = c.req.query("syncToken") !== undefined;
  const first = c.req.query("pageToken") === undefined;
  // The first page of a full round has a quota of its own.
  if (!incremental && first && deps.faults.takeFullSyncQuota()) {
    const message = "Quota exceeded for quota metric 'FullSync requests'.";
    throw new GoogleError(429, "RATE_LIMIT_EXCEEDED", message, { plain: true, domain: "googleapis.com" });
  }
  const source: RoundSource = {
    of: "connections",
    journal: contacts.journal,
    query: [...fields].sort().join(","),
    concerns: () => true,
    all: () => contacts.live().map(({ number }) => number),
    show: (number, entries) => {
      const contact = contacts.at(number);
      return contact === undefined || (contact.gone && entries.length === 0) ? [] : [personShape(me, contact, fields)];
    },
    refuse: (why) => why === "lost" ? expired() : invalidArgument(),
    life_ms: LIFE_MS,
  };
  const { items, nextSyncToken, ...page } = readRound(c, me, deps, source, readCount(c, 100, 1_000, "pageSize"));
  const wanted = c.req.query("requestSyncToken") === "true" || incremental;
  const total = contacts.live().length;
  return c.json({
    // Where there is nothing to tell, there is no list.
    ...(items.length === 0 ? {} : { connections: items }),
    ...page,
    ...(wanted && nextSyncToken !== undefined ? { nextSyncToken } : {}),
    ...(incremental && items.length === 0 ? {} : { totalPeople: total, totalItems: total }),
  });
}

function answerOf(me: GoogleUser, name: string, fields: ReadonlySet<string>): Record<string, unknown> {
  const number = me.ids.parseItem("contacts", name);
  const contact = number === undefined ? undefined : me.desk.contacts.find(number);
  if (contact !== undefined) {
    return { requestedResourceName: name, httpStatusCode: 200, person: personShape(me, contact, fields) };
  }
  const status = { code: 5, message: "Requested entity was not found." };
  return { requestedResourceName: name, httpStatusCode: 404, status };
}

function fieldsOf(c: GoogleContext): ReadonlySet<string> {
  const text = c.req.query("personFields") ?? "";
  if (text === "") throw invalidArgument("personFields mask is required.");
  return new Set(text.split(",").map((name) => name.trim()));
}

function expired(): GoogleError {
  const message = "Sync token is expired. Clear local cache and retry call without the sync token.";
  return new GoogleError(400, "EXPIRED_SYNC_TOKEN", message, { plain: true, domain: DOMAIN });
}

function invalidArgument(message = "Request contains an invalid argument."): GoogleError {
  return new GoogleError(400, "", message, { plain: true });
}
