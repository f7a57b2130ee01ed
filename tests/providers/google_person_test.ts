import assert from "node:assert/strict";
import fc from "fast-check";
import { Contact } from "../../shared/contracts/documents.ts";
import type { ResourceChoice } from "../../shared/contracts/records.ts";
import { choiceOf } from "../../shared/providers/choice.ts";
import { contactOf, type PersonReading } from "../../shared/providers/google/person.ts";
import { htmlToText } from "../../shared/providers/html_text.ts";
import { mutated } from "./random_removal.ts";

const UnboundContact = Contact.omit({ doc_id: true, connection_id: true });

function reading(choice: Partial<ResourceChoice> = {}): PersonReading {
  return {
    groups: { "contactGroups/1": "Neighbours", "contactGroups/myContacts": "" },
    address: "ben@gmail.example",
    choice: { ...choiceOf({ choices: [] }, "contacts"), ...choice },
    toText: htmlToText,
  };
}

const primary = { primary: true, source: { type: "CONTACT", id: "1" } };
const FULL = {
  resourceName: "people/c1",
  etag: "%Eg",
  metadata: {
    objectType: "PERSON",
    sources: [
      { type: "PROFILE", id: "2", updateTime: "2026-02-01T10:00:00.123456Z" },
      { type: "CONTACT", id: "1", updateTime: "2026-03-01T10:00:00.772772Z" },
    ],
  },
  names: [
    { displayName: "A. L.", givenName: "A" },
    { metadata: primary, displayName: "Dr. Ada Lovett", givenName: "Ada", familyName: "Lovett" },
  ],
  nicknames: [{ value: "Addie" }],
  emailAddresses: [{ value: "Ada@Work.Example", type: "work" }, { value: "ada@home.example" }, { type: "home" }],
  phoneNumbers: [{ value: "+31 20 123", type: "mobile" }, { canonicalForm: "+3120" }, {}],
  addresses: [
    { formattedValue: "Kade 1\n1015 CJ Amsterdam", type: "work" },
    { streetAddress: "Road 2", postalCode: "12", city: "Town", country: "NL" },
  ],
  organizations: [{ name: "Old Ltd" }, { metadata: primary, name: "Engines BV", department: "R&D", title: "Engineer" }],
  birthdays: [{ date: { year: 1815, month: 12, day: 10 } }],
  biographies: [{ value: "Met at the fair.\nLikes engines.", contentType: "TEXT_PLAIN" }],
  urls: [{ value: "https://ada.example/" }, {}],
  memberships: [
    { contactGroupMembership: { contactGroupResourceName: "contactGroups/1" } },
    { contactGroupMembership: { contactGroupResourceName: "contactGroups/myContacts" } },
    { contactGroupMembership: { contactGroupResourceName: "contactGroups/unknown" } },
    { domainMembership: { inViewerDomain: true } },
  ],
  further: [{ member: 1 }],
};

function read(item: unknown, options = reading()) {
  const read = contactOf(item, options);
  assert.ok("document" in read, JSON.stringify(read));
  return { ...read, document: UnboundContact.parse(read.document) };
}

Deno.test("contactOf() reads a whole person", () => {
  const { document, version } = read(FULL);
  assert.equal(version, Date.parse("2026-03-01T10:00:00.772Z"));
  assert.deepEqual(document, {
    doc_type: "contact",
    provider: "google",
    provider_id: "people/c1",
    container: "contacts",
    title: "Dr. Ada Lovett",
    url: "https://contacts.google.com/person/c1?authuser=ben%40gmail.example",
    last_updated: "2026-03-01T10:00:00.772Z",
    given_name: "Ada",
    family_name: "Lovett",
    nickname: "Addie",
    addresses: [{ label: "work", value: "ada@work.example" }, { label: "", value: "ada@home.example" }],
    phones: [{ label: "mobile", value: "+31 20 123" }, { label: "", value: "+3120" }],
    postal_addresses: [
      { label: "work", value: "Kade 1, 1015 CJ Amsterdam" },
      { label: "", value: "Road 2, 12 Town, NL" },
    ],
    company: "Engines BV",
    department: "R&D",
    job_title: "Engineer",
    websites: ["https://ada.example/"],
    birthday: "1815-12-10",
    labels: ["Neighbours"],
    notes: "Met at the fair.\nLikes engines.",
  });
});

Deno.test("contactOf() names a contact without a name by what it has", () => {
  const title = (person: object) => read({ resourceName: "people/c1", ...person }).document.title;
  assert.equal(
    title({ organizations: [{ name: "Engines BV" }], emailAddresses: [{ value: "a@x.example" }] }),
    "Engines BV",
  );
  assert.equal(title({ names: [{ givenName: "Ada", familyName: "Lovett" }] }), "Ada Lovett");
  assert.equal(title({ nicknames: [{ value: "Addie" }], organizations: [{ name: "Engines BV" }] }), "Addie");
  assert.equal(title({ emailAddresses: [{ value: "A@x.example" }] }), "A@x.example");
  assert.equal(title({}), "");
});

Deno.test("contactOf() writes a birthday with and without its year, or as the person wrote it", () => {
  const birthday = (birthday: object) => read({ resourceName: "people/c1", birthdays: [birthday] }).document.birthday;
  assert.equal(birthday({ date: { year: 0, month: 2, day: 9 } }), "--02-09");
  assert.equal(birthday({ date: { month: 2, day: 9 } }), "--02-09");
  assert.equal(birthday({ text: "in spring" }), "in spring");
  assert.equal(birthday({ date: { year: 1900 } }), "");
});

Deno.test("contactOf() gives what the choice gives", () => {
  assert.equal(read(FULL, reading({ bodies: false })).document.notes, "");
  assert.equal("left_out" in contactOf(FULL, reading({ containers_out: ["contactGroups/1"] })), true);
  assert.equal("left_out" in contactOf(FULL, reading({ containers_in: ["contactGroups/2"] })), true);
  assert.equal("document" in contactOf(FULL, reading({ containers_in: ["contactGroups/1"] })), true);
  assert.equal("document" in contactOf(FULL, reading({ containers_in: ["contacts"] })), true);
});

Deno.test("contactOf() reduces notes that are HTML", () => {
  const { document } = read({ ...FULL, biographies: [{ value: "<p>Met <b>here</b></p>", contentType: "TEXT_HTML" }] });
  assert.equal(document.notes, "Met here");
});

Deno.test("contactOf() gives a valid document or a refusal whatever is missing or odd", () => {
  fc.assert(fc.property(mutated(FULL), (item) => {
    const outcome = contactOf(item, reading());
    if ("document" in outcome) UnboundContact.parse(outcome.document);
    else assert.ok("reason" in outcome && outcome.reason !== "");
  }));
});
