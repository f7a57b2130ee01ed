/** What the victim is asked on its second port, and what it answers. */
import { z } from "zod";
import { Event } from "../../shared/contracts/event.ts";
import { DocId, UserId } from "../../shared/contracts/ids.ts";
import { DocType } from "../../shared/contracts/names.ts";

/** `POST /publish`: events, and the documents of those that carry a reference. Answered when all is durable. */
export const Publication = z.object({
  events: z.array(Event),
  refs: z.array(z.object({
    user_id: UserId,
    doc_type: DocType,
    doc_id: DocId,
    revision: z.int().positive(),
    hash: z.string(),
    data: z.string(),
  })),
});
export type Publication = z.infer<typeof Publication>;

/** `POST /index`: documents to look up and words to search for. */
export const Lookup = z.object({ user_id: UserId, doc_ids: z.array(DocId), words: z.array(z.string()) });
export type Lookup = z.infer<typeof Lookup>;

/** What the index holds of one person: how many documents, those asked for, and whose the words are. */
export const Findings = z.object({
  count: z.int(),
  documents: z.array(z.object({ revision: z.int(), text: z.string() }).nullable()),
  found: z.array(z.array(DocId)),
});
export type Findings = z.infer<typeof Findings>;

/** `POST /backlog`: null where the bus does not say. */
export const Backlog = z.array(z.object({ subscription: z.string(), backlog: z.int().nullable() }));
