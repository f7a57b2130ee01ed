import assert from "node:assert/strict";
import fc from "fast-check";
import { Contact } from "../../shared/contracts/documents.ts";
import { contactOf } from "../../shared/providers/microsoft/contact.ts";
import { placed } from "./microsoft_place.ts";
import { mutated } from "./random_removal.ts";

const UnboundContact = Contact.omit({ doc_id: true, connection_id: true });
const PLACE = placed("Contacts");

const FULL = {
  id: "contact-1",
  createdDateTime: "2026-07-27T12:15:27Z",
  lastModifiedDateTime: "2026-07-28T12:15:27Z",
  displayName: "Ada Byron Lovelace",
  givenName: "Ada",
  middleName: "Byron",
  surname: "Lovelace",
  nickName: "Countess",
  emailAddresses: [
    { name: "Ada", address: "Ada@Example.test" },
    { name: "again", address: "ada@example.test" },
    { name: "home", address: "ada@home.test" },
    {},
  ],
  businessPhones: ["+1"],
  homePhones: ["+2", "+1"],
  mobilePhone: "+3",
  businessAddress: {
    street: "Keizersgracht 1",
    city: "Amsterdam",
    postalCode: "1015 CJ",
    state: "NH",
    countryOrRegion: "NL",
  },
  homeAddress: {},
  otherAddress: { city: "London" },
  companyName: "Engines",
  department: "Research",
  jobTitle: "Engineer",
  businessHomePage: "https://example.test/ada",
  birthday: "1815-12-10T11:59:00Z",
  categories: ["Friend"],
  personalNotes: "Likes wheat",
  parentFolderId: "anywhere",
};

function read(item: unknown, place = PLACE) {
  const outcome = contactOf(item, place);
  assert.ok("document" in outcome, JSON.stringify(outcome));
  return { ...outcome, contact: UnboundContact.parse(outcome.document) };
}

Deno.test("contactOf() of Graph maps every member of a whole contact", () => {
  const { version, contact } = read(FULL);
  assert.equal(version, Date.parse("2026-07-28T12:15:27Z"));
  assert.deepEqual(contact, {
    doc_type: "contact",
    provider: "microsoft",
    provider_id: "contact-1",
    container: "container-1",
    title: "Ada Byron Lovelace",
    url: "",
    last_updated: "2026-07-28T12:15:27.000Z",
    given_name: "Ada",
    family_name: "Lovelace",
    nickname: "Countess",
    addresses: [{ label: "", value: "ada@example.test" }, { label: "", value: "ada@home.test" }],
    phones: [{ label: "work", value: "+1" }, { label: "mobile", value: "+3" }, { label: "home", value: "+2" }],
    postal_addresses: [
      { label: "work", value: "Keizersgracht 1\n1015 CJ Amsterdam\nNH\nNL" },
      { label: "other", value: "London" },
    ],
    company: "Engines",
    department: "Research",
    job_title: "Engineer",
    websites: ["https://example.test/ada"],
    birthday: "1815-12-10",
    labels: ["Friend"],
    notes: "Likes wheat",
  });
});

Deno.test("contactOf() of Graph names somebody by what there is", () => {
  const nameless = { ...FULL, displayName: null };
  assert.equal(read(nameless).contact.title, "Ada Byron Lovelace");
  assert.equal(read({ ...nameless, givenName: "", middleName: null, surname: "" }).contact.title, "Countess");
  assert.equal(read({ id: "1", companyName: "Engines" }).contact.title, "Engines");
  assert.equal(read({ id: "1", emailAddresses: [{ address: "A@b.test" }] }).contact.title, "a@b.test");
});

Deno.test("contactOf() of Graph reads a birthday as a day, without a year where there is none", () => {
  const birthday = (text: unknown) => read({ ...FULL, birthday: text }).contact.birthday;
  assert.deepEqual(
    ["1974-07-22", "1604-02-29T11:59:00Z", "0001-01-01T00:00:00Z", "soon", "2020-13-40", null].map(birthday),
    [
      "1974-07-22",
      "--02-29",
      "",
      "",
      "",
      "",
    ],
  );
});

Deno.test("contactOf() of Graph takes null, an empty text and an absent member for the same nothing", () => {
  const bare = read({ id: "1" }).contact;
  const names = Object.keys(FULL).filter((name) => name !== "id");
  assert.deepEqual(read({ id: "1", ...Object.fromEntries(names.map((name) => [name, null])) }).contact, bare);
  for (const name of ["displayName", "mobilePhone", "birthday", "personalNotes"]) {
    assert.deepEqual(read({ id: "1", [name]: "" }).contact, bare);
  }
  for (const name of ["businessAddress", "homeAddress", "otherAddress"]) {
    assert.deepEqual(read({ id: "1", [name]: {} }).contact, bare);
  }
});

Deno.test("contactOf() of Graph keeps the notes back where bodies are not given", () => {
  assert.equal(read(FULL, placed("Contacts", { bodies: false })).contact.notes, "");
});

Deno.test("contactOf() of Graph gives a valid document or a refusal for any mutation of a contact", () => {
  fc.assert(
    fc.property(mutated(FULL), (item) => {
      const outcome = contactOf(item, PLACE);
      if ("document" in outcome) UnboundContact.parse(outcome.document);
      else assert.ok("reason" in outcome && outcome.reason !== "");
    }),
    { numRuns: 1_500 },
  );
});
