/** The forms that Graph's answers are made of. Graph leaves members out, and sends null, "" or {} for "nothing". */
import { z } from "zod";
import type { Attachment, Email, Person } from "../../contracts/documents.ts";
import type { ResourceChoice } from "../../contracts/records.ts";
import type { Refusal } from "../port.ts";
import { instantIn } from "../time_zones.ts";
import { bodyText, momentOf, sizeOf, tidy } from "../text.ts";
import type { HtmlReader } from "./html.ts";

/** A text, `""` for none. */
export const Text = z.string().nullish().transform((text) => tidy(text ?? ""));

/** Graph's documentation prints booleans as strings at times. */
export const Flag = z.union([z.boolean(), z.enum(["true", "false"])]).nullish().transform((flag) =>
  flag === true || flag === "true"
);

/** A moment as Graph writes it, not checked yet. */
export const Moment = z.string().nullish();

/** Texts of a list, without empty ones. */
export const Texts = z.array(Text).nullish().transform((texts) => (texts ?? []).filter((text) => text !== ""));

/** A name with an address. */
export const Mailbox = z.object({ name: Text, address: Text }).nullish().transform((mailbox): Person => ({
  name: mailbox?.name ?? "",
  address: (mailbox?.address ?? "").trim().toLowerCase(),
}));

/** A person as mails and events name them. */
export const Address = z.object({ emailAddress: Mailbox }).nullish().transform((recipient): Person =>
  recipient?.emailAddress ?? { name: "", address: "" }
);

/** A list of people, without those of whom neither name nor address is known. */
export const Addresses = z.array(Address).nullish().transform((people) => (people ?? []).filter(isSomebody));

/** Whether anything is known of the person. */
export function isSomebody(person: Person): boolean {
  return person.name !== "" || person.address !== "";
}

const Attached = z.object({
  id: Text,
  name: Text,
  contentType: Text,
  size: z.number().nullish(),
  isInline: Flag,
}).transform((file): Attachment => ({
  id: file.id,
  name: file.name,
  mime_type: file.contentType.toLowerCase(),
  size_bytes: sizeOf(file.size),
  inline: file.isInline,
}));

/** More files than people attach. */
const ATTACHMENTS_MAX = 200;

/** The files that hang on a mail or an event. */
export const Attachments = z.array(Attached).nullish().transform((files) => (files ?? []).slice(0, ATTACHMENTS_MAX));

/** A body in HTML or as text. */
export const Body = z.object({ contentType: Text, content: z.string().nullish() }).nullish();

/** The text of a body, its links and statements, and whether it was cut. */
export function contentOf(body: z.infer<typeof Body>, html: HtmlReader) {
  const content = body?.content ?? "";
  const isHtml = body?.contentType.toLowerCase() === "html";
  const facts = isHtml ? html.facts(content) : { links: [], structured: [] };
  return { ...bodyText((toText) => isHtml ? toText(content) : content, html.toText), ...facts };
}

/** A local time with its zone (dateTimeTimeZone). */
export const ZonedTime = z.object({ dateTime: Text, timeZone: Text }).nullish();
export type ZonedTime = z.infer<typeof ZonedTime>;

/** The instant of a local time, `""` for none. */
export function instantOf(time: ZonedTime): string {
  return time === null || time === undefined ? "" : momentOf(instantIn(time.dateTime, time.timeZone));
}

/** The day of a local time, `""` for none. */
export function dateOf(time: ZonedTime): string {
  const date = time?.dateTime.slice(0, 10) ?? "";
  return momentOf(date) === "" || !/^\d{4}-\d{2}-\d{2}$/.test(date) ? "" : date;
}

/** Low, normal or high; anything else is normal. */
export function importanceOf(text: string): Email["importance"] {
  const importance = text.toLowerCase();
  return importance === "low" || importance === "high" ? importance : "normal";
}

/** The item's time of change as its version, milliseconds; 0 where it tells none. */
export function versionOf(modified: string | null | undefined): number {
  const moment = momentOf(modified);
  return moment === "" ? 0 : Date.parse(moment);
}

/** Why an item can't become a document. @param what the item's kind, e.g. `message` */
export function refusalOf(item: unknown, container: string, what: string, error: z.ZodError): Refusal {
  const named = z.object({ id: z.string() }).safeParse(item);
  const issue = error.issues[0];
  return {
    provider_id: named.success ? named.data.id : "",
    container,
    reason: `The ${what} can't be read: ${issue?.message ?? "unknown form"}`,
    field: issue?.path.join(".") ?? "",
  };
}

/** Whether something that ended at that moment (`""`: never) is too long ago for the person's choice. */
export function isBefore({ since }: ResourceChoice, moment: string): boolean {
  return since !== "" && moment !== "" && Date.parse(moment) < Date.parse(since);
}
