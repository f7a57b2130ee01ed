/** A Graph contact as a document. A pure function: nothing is read but what is handed in. */
import { z } from "zod";
import type { ItemReading } from "../port.ts";
import { momentOf, NO_MOMENT } from "../text.ts";
import { Mailbox, Moment, refusalOf, Text, Texts, versionOf } from "./fields.ts";
import type { ItemPlace } from "./kind.ts";

const Place = z.object({
  street: Text,
  city: Text,
  state: Text,
  postalCode: Text,
  countryOrRegion: Text,
}).nullish();

/** The members of a contact that are used; all but the id may be absent. */
const GraphContact = z.object({
  id: z.string().min(1),
  createdDateTime: Moment,
  lastModifiedDateTime: Moment,
  displayName: Text,
  givenName: Text,
  middleName: Text,
  surname: Text,
  nickName: Text,
  emailAddresses: z.array(Mailbox).nullish(),
  businessPhones: Texts,
  homePhones: Texts,
  mobilePhone: Text,
  businessAddress: Place,
  homeAddress: Place,
  otherAddress: Place,
  companyName: Text,
  department: Text,
  jobTitle: Text,
  businessHomePage: Text,
  birthday: Moment,
  categories: Texts,
  personalNotes: Text,
});
type GraphContact = z.infer<typeof GraphContact>;

/** The members that are asked for. */
export const CONTACT_SELECT = [...Object.keys(GraphContact.shape).filter((name) => name !== "id"), "parentFolderId"]
  .join(",");

/** The document of a contact, or why there is none. */
export function contactOf(item: unknown, { container, choice }: ItemPlace): ItemReading {
  const parsed = GraphContact.safeParse(item);
  if (!parsed.success) return refusalOf(item, container, "contact", parsed.error);
  const contact = parsed.data;
  const addresses = labelled([["", (contact.emailAddresses ?? []).map(({ address }) => address)]]);
  return {
    provider_id: contact.id,
    container,
    version: versionOf(contact.lastModifiedDateTime),
    document: {
      doc_type: "contact",
      provider: "microsoft",
      provider_id: contact.id,
      container,
      title: titleOf(contact) || (addresses[0]?.value ?? ""),
      // Graph tells of no page that shows a contact.
      url: "",
      last_updated: momentOf(contact.lastModifiedDateTime) || momentOf(contact.createdDateTime) || NO_MOMENT,
      given_name: contact.givenName,
      family_name: contact.surname,
      nickname: contact.nickName,
      addresses,
      phones: labelled([
        ["work", contact.businessPhones],
        ["mobile", [contact.mobilePhone]],
        ["home", contact.homePhones],
      ]),
      postal_addresses: labelled([
        ["work", [placeOf(contact.businessAddress)]],
        ["home", [placeOf(contact.homeAddress)]],
        ["other", [placeOf(contact.otherAddress)]],
      ]),
      company: contact.companyName,
      department: contact.department,
      job_title: contact.jobTitle,
      websites: contact.businessHomePage === "" ? [] : [contact.businessHomePage],
      birthday: birthdayOf(contact.birthday),
      labels: contact.categories,
      notes: choice.bodies ? contact.personalNotes : "",
    },
  };
}

function titleOf({ displayName, givenName, middleName, surname, nickName, companyName }: GraphContact): string {
  const names = [givenName, middleName, surname].filter((name) => name !== "");
  return displayName || names.join(" ") || nickName || companyName;
}

/** More of one kind than a person has. */
const VALUES_MAX = 100;

/** Values each once with what they are for. */
function labelled(groups: readonly (readonly [string, readonly string[]])[]) {
  const values = new Map<string, string>();
  for (const [label, group] of groups) {
    for (const value of group) if (value !== "" && !values.has(value)) values.set(value, label);
  }
  return [...values].slice(0, VALUES_MAX).map(([value, label]) => ({ label, value }));
}

function placeOf(place: z.infer<typeof Place>): string {
  const { street = "", city = "", state = "", postalCode = "", countryOrRegion = "" } = place ?? {};
  const town = [postalCode, city].filter((part) => part !== "").join(" ");
  return [street, town, state, countryOrRegion].filter((part) => part !== "").join("\n");
}

/** A day; Outlook keeps one of an unknown year in 1604. Its time of day means nothing. */
function birthdayOf(birthday: string | null | undefined): string {
  const day = /^(\d{4})(-\d{2}-\d{2})(T|$)/.exec(birthday ?? "");
  if (day === null || Number.isNaN(Date.parse(`2000${day[2]}`))) return "";
  if (day[1] === "1604") return `-${day[2]}`;
  return day[1] === "0001" ? "" : `${day[1]}${day[2]}`;
}
