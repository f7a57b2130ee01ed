/** What becomes of a document's bytes: its text in sections, or a reason why not. */
import { z } from "zod";
import { Section } from "../contracts/documents.ts";

/** Which of the three families of Office Open XML a document belongs to. */
export const ContentKind = z.enum(["word", "sheet", "presentation"]);
export type ContentKind = z.infer<typeof ContentKind>;

/**
 * Why a document's text is not read. The words are stable.
 * - `too_large`: the file, or what reading it would need, is beyond the limits.
 * - `encrypted`: it needs a password.
 * - `not_an_office_file`: not of the kind that it was said to be.
 * - `damaged`: of that kind, but broken, or with XML that no office writes.
 * - `bomb`: it unpacks to far more than it should.
 * - `too_deep`: its XML is nested beyond what a document needs.
 * - `timeout`: not read within the time limit.
 * - `old_format`: .doc, .xls, .ppt or .xlsb, which are not XML.
 */
export const RefusalReason = z.enum([
  "too_large",
  "encrypted",
  "not_an_office_file",
  "damaged",
  "bomb",
  "too_deep",
  "timeout",
  "old_format",
]);
export type RefusalReason = z.infer<typeof RefusalReason>;

/** The text of a document, or why there is none: `message` is a sentence for the document's owner. */
export const Extracted = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("text"),
    /** The title in the document's properties, `""` when there is none. */
    title: z.string(),
    /** In the order of reading. */
    sections: z.array(Section),
    /** Whether something was left out because a limit was reached. */
    truncated: z.boolean(),
  }),
  z.object({ kind: z.literal("refused"), reason: RefusalReason, message: z.string() }),
]);
export type Extracted = z.infer<typeof Extracted>;
/** The outcome for a document that is not read. */
export type Refused = Extract<Extracted, { kind: "refused" }>;

/** Thrown while reading, and turned into the outcome `refused` where reading began. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }

  /** The refusal as an outcome. */
  outcome(): Refused {
    return { kind: "refused", reason: this.reason, message: this.message };
  }
}
