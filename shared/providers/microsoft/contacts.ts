/** Contacts: people in folders. */
import { z } from "zod";
import { CONTACT_SELECT, contactOf } from "./contact.ts";
import { contained } from "./contained.ts";
import { ITEMS_PER_PAGE, LIST_HEADERS, preferring } from "./graph.ts";
import type { ContainedKind } from "./kind.ts";
import { type GraphResource, OUTLOOK_LIFE_MINUTES, WHOLE } from "./resource.ts";

/** The folder that every mailbox has, which the list of folders leaves out. It is read by an address of its own. */
const MAIN_FOLDER = "contacts";

const InFolder = z.object({ parentFolderId: z.string().min(1) });

const kind: ContainedKind = {
  resource: "contacts",
  doc_type: "contact",
  headers: preferring(ITEMS_PER_PAGE),
  list: {
    url: "/me/contactFolders/delta?$select=displayName,parentFolderId",
    headers: LIST_HEADERS,
    form: "delta",
    name_member: "displayName",
    itemUrl: (id) => `/me/contactFolders/${encodeURIComponent(id)}?$select=displayName`,
    unlisted: [{ id: MAIN_FOLDER, name: "Contacts" }],
    order: [],
  },
  firstUrl: (folder) =>
    folder === MAIN_FOLDER
      ? `/me/contacts/delta?$select=${CONTACT_SELECT}`
      : `/me/contactFolders/${encodeURIComponent(folder)}/contacts/delta?$select=${CONTACT_SELECT}`,
  // What is in no folder that is listed is in the one that is not.
  containerOf: (item, seen_in, known) => {
    const named = InFolder.safeParse(item).data?.parentFolderId;
    if (named === undefined || known.size === 0) return seen_in || MAIN_FOLDER;
    return known.has(named) ? named : MAIN_FOLDER;
  },
  itemUrl: ({ provider_id }) => `/me/contacts/${encodeURIComponent(provider_id)}?$select=${CONTACT_SELECT}`,
  read: contactOf,
};

export const contacts: GraphResource = {
  resource: "contacts",
  scope: "Contacts.Read",
  read_by: ["contacts.read", "contacts.readwrite"],
  subscription: {
    path: () => "/me/contacts",
    watches: (path) => /\/contacts$/i.test(path),
    change_types: "created,updated,deleted",
    life_minutes: OUTLOOK_LIFE_MINUTES,
    needs: [],
  },
  ...contained(kind),
  targets: () => WHOLE,
};
