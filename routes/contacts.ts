/** `/v1/contacts`: the people of a person's mail, meetings and documents. */
import { createRoute, z } from "@hono/zod-openapi";
import {
  Contact,
  ContactKind,
  type ContactPage,
  type Contacts,
  Reason,
  SightingKind,
  type WholeContact,
} from "../consumers/contact_discovery/mod.ts";
import { Moment } from "../shared/contracts/event.ts";
import { DocId } from "../shared/contracts/ids.ts";
import { DocType } from "../shared/contracts/names.ts";
import { allow, type App } from "./access.ts";
import { afterOf, cursorAfter, PageQuery } from "./paging.ts";
import { missing, problems } from "./problem.ts";
import { named } from "./schema.ts";

const IdParams = z.object({ contact_id: DocId });

const Relevance = z.object({
  /** 1 more for each doubling of what there is. */
  score: z.number(),
  half_life_months: z.number(),
  /** From 1, all in one direction, to 3, as much sent as received. */
  two_way_factor: z.number(),
  /** What is left today of the points of each kind. */
  points: z.array(z.object({ kind: SightingKind, points: z.number() })),
});

const Listed = named(Contact.extend({ relevance: Relevance }), "ContactSummary");
const Linked = z.object({ doc_id: DocId, url: z.string() });
const Whole = named(
  Contact.extend({
    relevance: Relevance,
    names: z.array(z.string()),
    /** Why its addresses are one contact. */
    merges: z.array(z.object({ reason: Reason, detail: z.string(), addresses: z.array(z.string()) })),
    /** The newest documents of each kind and address, the newest first. */
    timeline: z.array(Linked.extend({ at: Moment, kind: SightingKind, doc_type: DocType, address: z.string() })),
    address_book: z.array(Linked.extend({ name: z.string() })),
  }),
  "Contact",
);
type Whole = z.infer<typeof Whole>;

const json = <S extends z.ZodType>(description: string, schema: S) => ({
  description,
  content: { "application/json": { schema } },
});
const card = (description: string) => ({ description, content: { "text/vcard": { schema: z.string() } } });

const listRoute = createRoute({
  method: "get",
  path: "/v1/contacts",
  tags: ["Contacts"],
  summary: "List or search contacts",
  middleware: allow("user"),
  request: {
    query: PageQuery.extend({
      q: z.string().max(200).default("").openapi({
        description: "Words that a name, an address or a company begins with; one typing error is forgiven.",
      }),
      sort: z.enum(["relevance", "name", "recent"]).default("relevance"),
      kind: ContactKind.optional().openapi({ description: "Only people, mailing lists, or machines." }),
      domain: z.string().max(253).toLowerCase().default("").openapi({ description: "Only with an address there." }),
    }),
  },
  responses: {
    200: json("One page.", z.object({ items: z.array(Listed), next_cursor: z.string() })),
    ...problems(400),
  },
});

const exportRoute = createRoute({
  method: "get",
  path: "/v1/contacts/vcards",
  tags: ["Contacts"],
  summary: "Export all people as vCards 4.0",
  middleware: allow("user"),
  responses: { 200: card("One card after the other, by name."), ...problems() },
});

const readRoute = createRoute({
  method: "get",
  path: "/v1/contacts/{contact_id}",
  tags: ["Contacts"],
  summary: "Read a contact, with why it is one and the documents behind it",
  description: "The id of any of its addresses finds it, also after contacts were merged.",
  middleware: allow("user"),
  request: { params: IdParams },
  responses: { 200: json("The contact.", Whole), ...problems(400, 404) },
});

const cardRoute = createRoute({
  method: "get",
  path: "/v1/contacts/{contact_id}/vcard",
  tags: ["Contacts"],
  summary: "A contact as a vCard 4.0",
  middleware: allow("user"),
  request: { params: IdParams },
  responses: { 200: card("The card."), ...problems(400, 404) },
});

const mergeRoute = createRoute({
  method: "post",
  path: "/v1/contacts/{contact_id}/merge",
  tags: ["Contacts"],
  summary: "Make one contact of two",
  description: "Holds whatever documents come and go, until they are split.",
  middleware: allow("user"),
  request: {
    params: IdParams,
    body: {
      required: true,
      content: { "application/json": { schema: z.strictObject({ other_id: DocId }).openapi("ContactMerge") } },
    },
  },
  responses: { 200: json("The contact of both.", Whole), ...problems(400, 404, 413) },
});

const splitRoute = createRoute({
  method: "post",
  path: "/v1/contacts/{contact_id}/split",
  tags: ["Contacts"],
  summary: "Make some of a contact's addresses a contact of their own",
  description: "Undoes a merge; addresses that were joined automatically are kept apart from now on.",
  middleware: allow("user"),
  request: {
    params: IdParams,
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z.strictObject({ addresses: z.array(z.string().max(254)).min(1).max(100) }).openapi("ContactSplit"),
        },
      },
    },
  },
  responses: {
    200: json("Both.", z.object({ contact: Whole, split_off: Whole })),
    ...problems(400, 404, 413),
  },
});

/** Puts the routes for contacts into the app. */
export function addContactRoutes(app: App, contacts: Contacts): void {
  app.openapi(listRoute, async (c) => {
    const { cursor, kind, ...query } = c.req.valid("query");
    const { items, next_cursor } = await contacts.list(c.get("caller").user_id, {
      ...query,
      kind,
      cursor: afterOf(cursor),
    });
    return c.json({
      items: items.map((contact) => Listed.parse(contact)),
      next_cursor: next_cursor === "" ? "" : cursorAfter(next_cursor),
    }, 200);
  });
  // Before the one for ids, which would take it for one.
  app.openapi(exportRoute, async (c) => {
    const { vcard, VCARD_TYPE } = await import("../consumers/contact_discovery/vcard.ts");
    const pageAfter = (cursor: string) => contacts.list(c.get("caller").user_id, { ...EVERYBODY, cursor });
    // Once the first is there, the answer is begun.
    const pages = pagesFrom(await pageAfter(""), pageAfter);
    return c.body(ReadableStream.from(cards(pages, vcard)), 200, downloaded(VCARD_TYPE, "contacts"));
  });
  app.openapi(readRoute, async (c) => {
    const { contact_id } = c.req.valid("param");
    return c.json(whole(await contacts.get(c.get("caller").user_id, contact_id)), 200);
  });
  app.openapi(cardRoute, async (c) => {
    const { contact_id } = c.req.valid("param");
    const contact = await contacts.get(c.get("caller").user_id, contact_id);
    if (contact === null) throw missing("contact");
    const { vcard, VCARD_TYPE } = await import("../consumers/contact_discovery/vcard.ts");
    return c.body(vcard(contact), 200, downloaded(VCARD_TYPE, "contact"));
  });
  app.openapi(mergeRoute, async (c) => {
    const { contact_id } = c.req.valid("param");
    const { other_id } = c.req.valid("json");
    return c.json(whole(await contacts.merge(c.get("caller").user_id, contact_id, other_id)), 200);
  });
  app.openapi(splitRoute, async (c) => {
    const { contact_id } = c.req.valid("param");
    const { addresses } = c.req.valid("json");
    const both = await contacts.split(c.get("caller").user_id, contact_id, addresses);
    return c.json({ contact: whole(both?.contact ?? null), split_off: whole(both?.split_off ?? null) }, 200);
  });
}

const EVERYBODY = { q: "", sort: "name", kind: "person", domain: "", limit: 200 } as const;

async function* pagesFrom(
  first: ContactPage,
  pageAfter: (cursor: string) => Promise<ContactPage>,
): AsyncGenerator<ContactPage> {
  let page = first;
  yield page;
  while (page.next_cursor !== "") yield page = await pageAfter(page.next_cursor);
}

async function* cards(
  pages: AsyncIterable<ContactPage>,
  vcard: (contact: ContactPage["items"][number]) => string,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const { items } of pages) yield encoder.encode(items.map((contact) => vcard(contact)).join(""));
}

function downloaded(type: string, name: string): Record<string, string> {
  return { "content-type": type, "content-disposition": `attachment; filename="${name}.vcf"` };
}

/** @throws HttpProblem 404 for what is not there */
function whole(contact: WholeContact | null): Whole {
  if (contact === null) throw missing("contact");
  const linked = <T extends { doc_id: string }>(each: T) => ({ ...each, url: `/v1/documents/${each.doc_id}` });
  return {
    ...contact,
    addresses: [...contact.addresses],
    phones: [...contact.phones],
    relevance: { ...contact.relevance, points: [...contact.relevance.points] },
    names: [...contact.names],
    merges: contact.merges.map((merge) => ({ ...merge, addresses: [...merge.addresses] })),
    timeline: contact.timeline.map(linked),
    address_book: contact.address_book.map(linked),
  };
}
