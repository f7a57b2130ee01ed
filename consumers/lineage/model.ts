/** What is told of where a document has been. */
import { z } from "zod";
import { DocId } from "../../shared/contracts/ids.ts";
import { DocType } from "../../shared/contracts/names.ts";

/** One place that a document's last change passes, in the order of its way. */
export const Hop = z.object({
  /**
   * `connection`: the account's resource that it is read from. `ledger`: what office knows of it. `reference`: the stored
   * document that events point at. `subscription`: the delivery of its last change to one consumer. `consumer`: what that
   * consumer holds. `dead_letter`: a message about it that could not be handled.
   */
  where: z.enum(["connection", "ledger", "reference", "subscription", "consumer", "dead_letter"]),
  /** The connection and resource, the subscription, the service, the dead letter's id. */
  name: z.string(),
  /** One word. */
  state: z.string(),
  /** When it was there, ISO 8601; `""` when that is not known. */
  at: z.string(),
  /** The version that it has there; 0 when there is none. */
  revision: z.int().nonnegative(),
  /** In words, `""` when the state says it all. */
  detail: z.string(),
});
export type Hop = z.infer<typeof Hop>;

/** Where the document is in search, or why it is not. */
export const Verdict = z.object({
  code: z.enum([
    "searchable",
    "deleted",
    "left_out",
    "set_aside",
    "dead_letter",
    "being_published",
    "being_indexed",
    "failing",
    "on_its_way",
    "lost",
    "sign_in_again",
  ]),
  /** One or two sentences. */
  text: z.string(),
  /** What mends it, or shows more; `""` when nothing need be done. */
  command: z.string(),
});
export type Verdict = z.infer<typeof Verdict>;

/** The whole way of a document. */
export const LineageView = z.object({
  doc_id: DocId,
  /** `""` when only dead letters tell of it. */
  doc_type: z.union([DocType, z.literal("")]),
  verdict: Verdict,
  hops: z.array(Hop),
});
export type LineageView = z.infer<typeof LineageView>;
