/** Reads contacts by their resource names. */
import { z } from "zod";
import type { ResourceChoice } from "../../contracts/records.ts";
import { choiceOf } from "../choice.ts";
import { away } from "../http.ts";
import type { ItemName, LookedUp } from "../port.ts";
import { loadHtmlToText } from "../text.ts";
import { refusedBy } from "./errors.ts";
import { Line, listOf } from "./fields.ts";
import type { PeopleCursor } from "./people_cursor.ts";
import { knownGroups } from "./people_groups.ts";
import { contactOf, PERSON_FIELDS, personHasHtml, PersonHead, type PersonReading } from "./person.ts";
import type { GoogleReader } from "./resource.ts";

/** The most that one lookup takes. */
const LOOKUP_MAX = 200;

const Found = z.object({
  responses: listOf(z.object({
    requestedResourceName: Line,
    httpStatusCode: z.number().nullish(),
    status: z.object({ code: z.number().nullish() }).nullish(),
    person: z.unknown().optional(),
  })),
});

/** Reads people by their resource names. */
export async function lookupPeople(
  reader: GoogleReader,
  items: readonly ItemName[],
  cursor: PeopleCursor,
): Promise<readonly LookedUp[]> {
  const choice = choiceOf(reader.mailbox.connection, "contacts");
  const answers = new Map<string, LookedUp>();
  for (let at = 0; at < items.length; at += LOOKUP_MAX) {
    const query = new URLSearchParams({ personFields: PERSON_FIELDS });
    for (const { provider_id } of items.slice(at, at + LOOKUP_MAX)) query.append("resourceNames", provider_id);
    const answer = await reader.mailbox.request(`${reader.urls.people}/people:batchGet?${query}`);
    if (answer.status !== 200) throw refusedBy(answer, "read contacts");
    const parsed = Found.safeParse(answer.json);
    if (!parsed.success) throw away("Google's answer is not a batch of contacts", parsed.error);
    const people = parsed.data.responses.map(({ person }) => person);
    const { groups } = await knownGroups(reader, { groups: cursor.groups, groups_read: false }, people);
    const reading = await readingOf(reader, choice, groups, people);
    for (const response of parsed.data.responses) {
      answers.set(response.requestedResourceName, lookedUp(response, reading));
    }
  }
  return items.map(({ provider_id }) => answers.get(provider_id) ?? { kind: "unknown" });
}

type Response = z.infer<typeof Found>["responses"][number];

/** 5: not found, as gRPC numbers it. */
const NOT_FOUND = 5;

function lookedUp(
  { requestedResourceName, httpStatusCode, status, person }: Response,
  reading: PersonReading,
): LookedUp {
  if (httpStatusCode === 404 || status?.code === NOT_FOUND) return { kind: "gone" };
  const head = PersonHead.safeParse(person);
  if (!head.success) return { kind: "unknown" };
  const { metadata } = head.data;
  const sources = metadata?.sources ?? [];
  // A profile may stay when the contact is gone, or go by another name.
  const isContact = sources.length === 0 || sources.some(({ type }) => type === "CONTACT");
  if (metadata?.deleted === true || !isContact || head.data.resourceName !== requestedResourceName) {
    return { kind: "gone" };
  }
  const read = contactOf(person, reading);
  if ("left_out" in read) return { kind: "left_out" };
  return "reason" in read ? { kind: "refused", refusal: read } : { kind: "found", read };
}

/** What these people are read with. */
export async function readingOf(
  { mailbox }: GoogleReader,
  choice: ResourceChoice,
  groups: PeopleCursor["groups"],
  items: readonly unknown[],
): Promise<PersonReading> {
  const toText = items.some(personHasHtml) ? await loadHtmlToText() : (text: string) => text;
  return { groups, address: mailbox.connection.address, choice, toText };
}
