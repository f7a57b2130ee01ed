/** A person of the address book as a document. A pure function: nothing is read but what is handed in. */
import { z } from "zod";
import type { ResourceChoice } from "../../contracts/records.ts";
import { includes } from "../choice.ts";
import type { ItemReading, UnboundDocument } from "../port.ts";
import { bodyText, type HtmlToText, momentOf, NO_MOMENT } from "../text.ts";
import { Flag, Line, listOf, refusalOf, Text, versionOf } from "./fields.ts";

/** All that is asked for; the same with every request of a sync. */
export const PERSON_FIELDS = [
  "names",
  "nicknames",
  "emailAddresses",
  "phoneNumbers",
  "addresses",
  "organizations",
  "birthdays",
  "biographies",
  "urls",
  "memberships",
  "metadata",
].join(",");

/** Google has one address book. */
export const CONTACTS_CONTAINER = "contacts";

/** The most values of one kind; a contact with more is a program's. */
const VALUES_MAX = 100;

/** What reading a person needs besides the person. */
export interface PersonReading {
  /** Contact group → its name, of the person's own groups. */
  readonly groups: Readonly<Record<string, string>>;
  /** The account's address, which chooses the account where a person has several. */
  readonly address: string;
  readonly choice: ResourceChoice;
  readonly toText: HtmlToText;
}

const Meta = z.object({ primary: Flag }).nullish();

const Person = z.object({
  resourceName: z.string().min(1),
  metadata: z.object({ sources: listOf(z.object({ type: Line, updateTime: Text })) }).nullish(),
  names: listOf(z.object({
    displayName: Line,
    unstructuredName: Line,
    givenName: Line,
    familyName: Line,
    metadata: Meta,
  })),
  nicknames: listOf(z.object({ value: Line, metadata: Meta })),
  emailAddresses: listOf(z.object({ value: Line, type: Line })),
  phoneNumbers: listOf(z.object({ value: Line, canonicalForm: Line, type: Line })),
  addresses: listOf(z.object({
    formattedValue: Text,
    streetAddress: Line,
    postalCode: Line,
    city: Line,
    region: Line,
    country: Line,
    type: Line,
  })),
  organizations: listOf(z.object({ name: Line, department: Line, title: Line, metadata: Meta })),
  birthdays: listOf(z.object({
    date: z.object({ year: z.number().nullish(), month: z.number().nullish(), day: z.number().nullish() }).nullish(),
    text: Line,
    metadata: Meta,
  })),
  biographies: listOf(z.object({ value: Text, contentType: Line, metadata: Meta })),
  urls: listOf(z.object({ value: Line })),
  memberships: listOf(z.object({ contactGroupMembership: z.object({ contactGroupResourceName: Line }).nullish() })),
});
type Person = z.infer<typeof Person>;

/** What tells a deleted person from one that is there. */
export const PersonHead = z.object({
  resourceName: z.string().min(1),
  metadata: z.object({
    deleted: Flag,
    previousResourceNames: listOf(z.string()),
    sources: listOf(z.object({ type: Line })),
  }).nullish(),
});

/** The groups that a person is in. */
export function groupsOf(item: unknown): readonly string[] {
  const { data } = Person.pick({ memberships: true }).safeParse(item);
  return (data?.memberships ?? []).map((one) => one.contactGroupMembership?.contactGroupResourceName ?? "")
    .filter((name) => name !== "");
}

/** True when the notes of this person must be reduced from HTML. */
export function personHasHtml(item: unknown): boolean {
  const { data } = Person.pick({ biographies: true }).safeParse(item);
  return data?.biographies.some(({ contentType }) => contentType === "TEXT_HTML") === true;
}

/** The document of a person, why there can't be one, or that the choice leaves them out. */
export function contactOf(item: unknown, reading: PersonReading): ItemReading {
  const named = z.object({ resourceName: z.string() }).safeParse(item);
  const name = { provider_id: named.data?.resourceName ?? "", container: CONTACTS_CONTAINER };
  const parsed = Person.safeParse(item);
  if (!parsed.success) return refusalOf(name, "contact", parsed.error);
  const person = parsed.data;
  if (!includes(reading.choice, [CONTACTS_CONTAINER, ...groupsOf(item)])) return { ...name, left_out: true };
  const version = Math.max(0, ...(person.metadata?.sources ?? []).map(({ updateTime }) => versionOf(updateTime)));
  return { ...name, version, document: documentOf(person, groupsOf(item), version, reading) };
}

function documentOf(
  person: Person,
  groups: readonly string[],
  version: number,
  reading: PersonReading,
): UnboundDocument {
  const name = primary(person.names);
  const names = [name?.givenName, name?.familyName].filter(Boolean).join(" ");
  const nickname = primary(person.nicknames)?.value ?? "";
  const work = primary(person.organizations);
  const addresses = person.emailAddresses.filter(({ value }) => value !== "");
  const id = person.resourceName.replace(/^people\//, "");
  const biography = primary(person.biographies);
  const notes = reading.choice.bodies ? biography?.value ?? "" : "";
  return {
    doc_type: "contact",
    provider: "google",
    provider_id: person.resourceName,
    container: CONTACTS_CONTAINER,
    title: name?.displayName || name?.unstructuredName || names || nickname || work?.name || addresses[0]?.value || "",
    url: `https://contacts.google.com/person/${encodeURIComponent(id)}?authuser=${encodeURIComponent(reading.address)}`,
    last_updated: version === 0 ? NO_MOMENT : momentOf(version),
    given_name: name?.givenName ?? "",
    family_name: name?.familyName ?? "",
    nickname,
    addresses: addresses.map(({ type, value }) => ({ label: type, value: value.toLowerCase() })).slice(0, VALUES_MAX),
    phones: person.phoneNumbers.map(({ type, value, canonicalForm }) => ({
      label: type,
      value: value || canonicalForm,
    }))
      .filter(({ value }) => value !== "").slice(0, VALUES_MAX),
    postal_addresses: person.addresses.map((address) => ({ label: address.type, value: postalText(address) }))
      .filter(({ value }) => value !== "").slice(0, VALUES_MAX),
    company: work?.name ?? "",
    department: work?.department ?? "",
    job_title: work?.title ?? "",
    websites: person.urls.map(({ value }) => value).filter((value) => value !== "").slice(0, VALUES_MAX),
    birthday: birthdayOf(person),
    labels: groups.map((group) => reading.groups[group] ?? "").filter((name) => name !== "").sort(),
    notes: bodyText(
      (toText) => biography?.contentType === "TEXT_HTML" ? toText(notes) : notes,
      reading.toText,
    ).body,
  };
}

function primary<T extends { readonly metadata?: z.infer<typeof Meta> }>(values: readonly T[]): T | undefined {
  return values.find(({ metadata }) => metadata?.primary === true) ?? values[0];
}

function postalText(address: Person["addresses"][number]): string {
  const lines = address.formattedValue.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  if (lines.length > 0) return lines.join(", ");
  const town = [address.postalCode, address.city].filter(Boolean).join(" ");
  return [address.streetAddress, town, address.region, address.country].filter(Boolean).join(", ");
}

/** A date, without its year where that is not known (ISO 8601, as vCard has it); else what the person wrote. */
function birthdayOf(person: Person): string {
  const birthday = primary(person.birthdays);
  const { year, month, day } = birthday?.date ?? {};
  const two = (value: number) => String(Math.trunc(value)).padStart(2, "0");
  if (!isWithin(month, 1, 12) || !isWithin(day, 1, 31)) return birthday?.text ?? "";
  const date = `${two(month)}-${two(day)}`;
  return isWithin(year, 1, 9999) ? `${String(Math.trunc(year)).padStart(4, "0")}-${date}` : `--${date}`;
}

function isWithin(value: number | null | undefined, min: number, max: number): value is number {
  return typeof value === "number" && value >= min && value <= max;
}
