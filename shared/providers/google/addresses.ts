/** Address lines of mail headers. */
import { type Address, addressParser } from "postal-mime";
import type { Person } from "../../contracts/documents.ts";
import { tidy } from "../text.ts";

/** The most people that one header names; the rest of a mass mailing's list is left out. */
const PEOPLE_MAX = 500;

/** A header longer than this is cut before it is parsed. */
const HEADER_CHARS_MAX = 32 * 1024;

/** The people of an address line, those of groups among them; encoded words are decoded. */
export function peopleOf(line: string): Person[] {
  return addressParser(line.slice(0, HEADER_CHARS_MAX)).flatMap(members).map(({ name, address }) => ({
    name: tidy(name).trim(),
    address: tidy(address ?? "").trim().toLowerCase(),
  })).filter(({ name, address }) => name !== "" || address !== "").slice(0, PEOPLE_MAX);
}

function members(address: Address): readonly { name: string; address?: string | undefined }[] {
  return address.group ?? [address];
}
