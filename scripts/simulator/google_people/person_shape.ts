import { hash } from "../chance.ts";
import type { StoredContact } from "../contacts/store.ts";
import type { GoogleUser } from "../gmail/context.ts";

const WORDS = { work: "Work", home: "Home", mobile: "Mobile" } as const;

/** A contact as the People API shows it, with the fields that were asked for (PROTOCOLS C5, G-22). */
export function personShape(
  me: GoogleUser,
  contact: StoredContact,
  fields: ReadonlySet<string>,
): Record<string, unknown> {
  const known = { resourceName: me.ids.item("contacts", contact.number), etag: etagOf(contact) };
  if (contact.gone) return { ...known, metadata: { ...metadata(contact), deleted: true } };
  const all = { metadata: metadata(contact), ...fieldsOf(me, contact) };
  return { ...known, ...Object.fromEntries(Object.entries(all).filter(([name]) => fields.has(name))) };
}

/** The group that a label is; every contact is in `myContacts` besides. */
export function groupOf(label: string): string {
  return hash("contact group", label).toString(16).padStart(12, "0");
}

function etagOf({ number, version }: StoredContact): string {
  return `%E${btoa(`${number}:${version}`)}`;
}

function metadata(contact: StoredContact): Record<string, unknown> {
  const updateTime = new Date(contact.modifiedAt).toISOString();
  const source = { type: "CONTACT", id: sourceId(contact), etag: `#${contact.version}`, updateTime };
  return { sources: [source], objectType: "PERSON" };
}

function sourceId({ number }: StoredContact): string {
  return hash("contact", number).toString(16).padStart(16, "0");
}

function fieldsOf(me: GoogleUser, contact: StoredContact): Record<string, unknown> {
  const { content } = contact;
  const source = { type: "CONTACT", id: sourceId(contact) };
  const field = (at: number) => ({ metadata: at === 0 ? { primary: true, source } : { source } });
  const list = (name: string, values: readonly Record<string, unknown>[]) =>
    values.length === 0 ? {} : { [name]: values.map((value, at) => ({ ...field(at), ...value })) };
  const { givenName, familyName } = content;
  const displayName = `${givenName} ${familyName}`.trim();
  const [year, month, day] = content.birthday.split("-").map(Number);
  const company = content.company !== "" || content.jobTitle !== "";
  return {
    ...list("names", [{
      displayName,
      ...(familyName === "" ? {} : { familyName }),
      givenName,
      displayNameLastFirst: familyName === "" ? givenName : `${familyName}, ${givenName}`,
      unstructuredName: displayName,
    }]),
    ...list("nicknames", content.nickname === "" ? [] : [{ value: content.nickname }]),
    ...list(
      "emailAddresses",
      content.addresses.map(({ kind, address }) => ({ value: address, type: kind, formattedType: WORDS[kind] })),
    ),
    ...list(
      "phoneNumbers",
      content.phones.map(({ kind, number }) => ({
        value: number,
        canonicalForm: number.replace(/[^+\d]/g, ""),
        type: kind,
        formattedType: WORDS[kind],
      })),
    ),
    ...list(
      "addresses",
      content.places.map((place) => ({
        formattedValue: [place.street, `${place.postcode} ${place.city}`, place.country].join("\n"),
        type: place.kind,
        formattedType: WORDS[place.kind],
        streetAddress: place.street,
        city: place.city,
        postalCode: place.postcode,
        country: place.country,
      })),
    ),
    ...list(
      "organizations",
      company ? [{ name: content.company, department: content.department, title: content.jobTitle }] : [],
    ),
    ...list("urls", content.website === "" ? [] : [{ value: content.website, type: "work", formattedType: "Work" }]),
    ...list("birthdays", content.birthday === "" ? [] : [{ date: { year, month, day } }]),
    ...list("biographies", content.notes === "" ? [] : [{ value: content.notes, contentType: "TEXT_PLAIN" }]),
    memberships: ["myContacts", ...content.labels.map(groupOf)].map((contactGroupId) => ({
      metadata: { source },
      contactGroupMembership: { contactGroupId, contactGroupResourceName: `contactGroups/${contactGroupId}` },
    })),
    ...list("photos", [{ url: `https://photos.example/${me.user}/${contact.number}`, default: true }]),
  };
}
