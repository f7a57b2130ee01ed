import type { Hono } from "hono";
import type { Container } from "../collection.ts";
import {
  type GraphContext,
  type GraphDeps,
  type GraphEnv,
  type MicrosoftUser,
  odataContext,
  preferences,
} from "./context.ts";
import { contactShape } from "./contact_shape.ts";
import { answerDeskDelta } from "./desk_delta.ts";
import { notFound } from "./errors.ts";
import { CONTACT_SCOPES, type graphGuard } from "./guard.ts";
import { answerList } from "./lists.ts";
import { selected } from "./select.ts";

/** Routes of contact folders and contacts below `base`, `/me` or `/users/{id}`. */
export function contactRoutes(
  app: Hono<GraphEnv>,
  base: string,
  guard: ReturnType<typeof graphGuard>,
  deps: GraphDeps,
): void {
  const context = (me: MicrosoftUser, rest: string) => `users('${encodeURIComponent(me.address)}')/${rest}`;
  app.get(
    `${base}/contactFolders`,
    guard("graph.contactFolders", CONTACT_SCOPES, (c, { me }) => {
      // The default folder is not listed: it is the one that the others are in.
      const folders = me.desk.contacts.containers().filter((one) => !one.isDefault);
      const items = folders.map((one) => folderShape(me, one));
      return answerList(c, deps, {
        path: "me/contactFolders",
        type: context(me, "contactFolders"),
        select: select(c),
        items,
      });
    }),
  );
  app.get(
    `${base}/contactFolders/delta`,
    guard("graph.contactFolders.delta", CONTACT_SCOPES, (c, caller) => {
      const { contacts } = caller.me.desk;
      return answerDeskDelta(c, caller, deps, {
        of: "contactFolders",
        journal: contacts.containerJournal,
        path: "me/contactFolders/delta",
        type: "Collection(contactFolder)",
        query: ["$select"],
        tokens: { delta: "$deltatoken", next: "$skiptoken" },
        concerns: () => true,
        show: ({ item, entries }) => {
          const type = { "@odata.type": "#microsoft.graph.contactFolder" };
          const folder = contacts.container(item);
          if (!folder.gone) return [{ ...type, ...folderShape(caller.me, folder) }];
          const id = caller.me.ids.container("contacts", item);
          return entries.length === 0 ? [] : [{ ...type, id, "@removed": { reason: "deleted" } }];
        },
      });
    }),
  );
  app.get(
    `${base}/contactFolders/:folderId`,
    guard("graph.contactFolder", CONTACT_SCOPES, (c, { me }) => {
      const type = { "@odata.context": odataContext(deps, context(me, "contactFolders/$entity")) };
      return c.json({ ...type, ...selected(folderShape(me, folderOf(c, me)), select(c)) });
    }),
  );
  app.get(
    `${base}/contactFolders/:folderId/childFolders`,
    guard("graph.contactFolders", CONTACT_SCOPES, (c, { me }) => {
      const isDefault = folderOf(c, me).isDefault;
      const items = me.desk.contacts.containers().filter((one) => isDefault && !one.isDefault)
        .map((one) => folderShape(me, one));
      return answerList(c, deps, {
        path: "me/contactFolders/contacts/childFolders",
        type: context(me, "contactFolders"),
        items,
      });
    }),
  );
  const delta = guard("graph.contacts.delta", CONTACT_SCOPES, (c, caller) => {
    const { me } = caller;
    const folder = folderOf(c, me);
    const view = { immutableIds: preferences(c).immutableIds, unsetAsNull: deps.faults.unsetAsNull };
    const named = c.req.param("folderId");
    return answerDeskDelta(c, caller, deps, {
      of: `contacts/${folder.number}`,
      journal: me.desk.contacts.journal,
      path: named === undefined ? "me/contacts/delta" : `me/contactFolders('${named}')/contacts/delta`,
      type: "Collection(contact)",
      query: ["$select"],
      tokens: { delta: "$deltatoken", next: "$skiptoken" },
      concerns: (entry) => entry.container === folder.number || entry.from === folder.number,
      show: ({ item, entries }, query) => {
        const type = { "@odata.type": "#microsoft.graph.contact" };
        const contact = me.desk.contacts.at(item);
        if (contact === undefined) return [];
        if (!contact.gone && contact.container === folder.number) {
          return [selected({ ...type, ...contactShape(me, contact, view) }, names(query.$select))];
        }
        const id = me.ids.item("contacts", item, view.immutableIds);
        return entries.length === 0 ? [] : [{ ...type, id, "@removed": { reason: "deleted" } }];
      },
    });
  });
  app.get(`${base}/contacts/delta`, delta);
  app.get(`${base}/contactFolders/:folderId/contacts/delta`, delta);
  const list = guard("graph.contacts", CONTACT_SCOPES, (c, { me }) => {
    const view = { immutableIds: preferences(c).immutableIds, unsetAsNull: deps.faults.unsetAsNull };
    const items = me.desk.contacts.in(folderOf(c, me).number).map((one) => contactShape(me, one, view));
    return answerList(c, deps, { path: "me/contacts", type: context(me, "contacts"), select: select(c), items });
  });
  app.get(`${base}/contacts`, list);
  app.get(`${base}/contactFolders/:folderId/contacts`, list);
  app.get(
    `${base}/contacts/:contactId`,
    guard("graph.contact", CONTACT_SCOPES, (c, { me }) => {
      const named = me.ids.parseItem("contacts", c.req.param("contactId") ?? "");
      const contact = named === undefined ? undefined : me.desk.contacts.find(named.number);
      if (contact === undefined) throw notFound();
      const view = { immutableIds: preferences(c).immutableIds, unsetAsNull: deps.faults.unsetAsNull };
      const type = { "@odata.context": odataContext(deps, context(me, "contacts/$entity")) };
      return c.json({ ...type, ...selected(contactShape(me, contact, view), select(c)) });
    }),
  );
}

function select(c: GraphContext): string[] | undefined {
  return names(c.req.query("$select"));
}

function names(text: string | undefined): string[] | undefined {
  return text?.split(",").map((name) => name.trim());
}

/** The folder that the path names by id or as `contacts`; without one, the default folder. */
function folderOf(c: GraphContext, me: MicrosoftUser): Container {
  const id = c.req.param("folderId");
  const number = id === undefined || id.toLowerCase() === "contacts" ? 0 : me.ids.parseContainer("contacts", id);
  const found = me.desk.contacts.containers().find((one) => one.number === number);
  if (found === undefined) throw notFound();
  return found;
}

function folderShape(me: MicrosoftUser, folder: Container): Record<string, unknown> {
  const parent = folder.isDefault ? me.mailbox.ids.root() : me.ids.container("contacts", 0);
  return { id: me.ids.container("contacts", folder.number), displayName: folder.name, parentFolderId: parent };
}
