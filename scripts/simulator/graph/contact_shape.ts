import type { Place, StoredContact } from "../contacts/store.ts";
import type { MicrosoftUser } from "./context.ts";
import { changeKey } from "./event_shape.ts";
import { time } from "./message_shape.ts";

/** A contact as Graph shows it. */
export function contactShape(
  me: MicrosoftUser,
  contact: StoredContact,
  view: { readonly immutableIds: boolean; readonly unsetAsNull: boolean },
): Record<string, unknown> {
  const { content } = contact;
  const key = changeKey(me, contact);
  // What its own pages leave open is empty, what a program leaves open is null (PROTOCOLS G-10).
  const unset = view.unsetAsNull ? null : "";
  const text = (value: string) => value === "" ? unset : value;
  const phones = (kind: "work" | "home" | "mobile") =>
    content.phones.filter((one) => one.kind === kind).map((one) => one.number);
  const place = (kind: "work" | "home") => address(content.places.find((one) => one.kind === kind));
  const displayName = [content.givenName, content.familyName].filter((part) => part !== "").join(" ");
  return {
    "@odata.etag": `W/"${key}"`,
    id: me.ids.item("contacts", contact.number, view.immutableIds),
    createdDateTime: time(contact.createdAt),
    lastModifiedDateTime: time(contact.modifiedAt),
    changeKey: key,
    categories: content.labels,
    parentFolderId: me.ids.container("contacts", contact.container),
    // Outlook keeps a birthday as midday, not as a date.
    birthday: content.birthday === "" ? null : `${content.birthday}T11:59:00Z`,
    fileAs: [content.familyName, content.givenName].filter((part) => part !== "").join(", "),
    displayName,
    givenName: text(content.givenName),
    initials: unset,
    middleName: unset,
    nickName: text(content.nickname),
    surname: text(content.familyName),
    title: unset,
    yomiGivenName: null,
    yomiSurname: null,
    yomiCompanyName: null,
    generation: unset,
    imAddresses: [],
    jobTitle: text(content.jobTitle),
    companyName: text(content.company),
    department: text(content.department),
    officeLocation: unset,
    profession: unset,
    businessHomePage: text(content.website),
    assistantName: unset,
    manager: unset,
    homePhones: phones("home"),
    mobilePhone: phones("mobile")[0] ?? unset,
    businessPhones: phones("work"),
    spouseName: unset,
    personalNotes: content.notes,
    children: [],
    emailAddresses: content.addresses.map(({ kind, address }) => ({
      name: kind === "home" ? `${displayName} (home)` : displayName,
      address,
    })),
    homeAddress: place("home"),
    businessAddress: place("work"),
    otherAddress: {},
  };
}

function address(place: Place | undefined): unknown {
  if (place === undefined) return {};
  const { street, city, postcode, country } = place;
  return { street, city, postalCode: postcode, countryOrRegion: country };
}
