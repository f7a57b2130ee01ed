/** What a contact is made of: what one document says of one address, what the person decided, and what comes of both. */
import { z } from "zod";
import { Moment } from "../../shared/contracts/event.ts";
import { DocId } from "../../shared/contracts/ids.ts";
import { DocType } from "../../shared/contracts/names.ts";

/**
 * How an address comes up in a document. `sent`: the person wrote to it. `received`: it wrote to the person. `copied`:
 * it had somebody else's mail too. `meeting`: it organises a meeting or is invited. `document`: it owns one or edited it
 * last. `mentioned`: it stands in a text. `bulk`: it sent a newsletter or the like. `list`: it is a mailing list. `own`:
 * the person writes from it.
 */
export const SightingKind = z.enum([
  "sent",
  "received",
  "copied",
  "meeting",
  "document",
  "mentioned",
  "bulk",
  "list",
  "own",
]);
export type SightingKind = z.infer<typeof SightingKind>;

/** What a signature says of who signs; `""` and empty for what it does not say. */
export const Details = z.object({
  title: z.string(),
  company: z.string(),
  /** E.164, such as `+4930901820`. */
  phones: z.array(z.string()),
});
export type Details = z.infer<typeof Details>;

/** What a document says of an address. Of an address that it says several things of, the first kind that applies. */
export const Mention = z.object({
  /** Lower-case. */
  address: z.string(),
  name: z.string(),
  kind: SightingKind,
  /** When: of a meeting that is still to come, when it was last changed. */
  at: Moment,
  /** What it is worth for the relevance; a document with many people gives less to each. */
  points: z.int().nonnegative(),
  details: Details.exactOptional(),
});
export type Mention = z.infer<typeof Mention>;

/** A mention, kept with what it is of. */
export const Sighting = Mention.extend({ address_id: DocId, doc_type: DocType });
export type Sighting = z.infer<typeof Sighting>;

/** A sighting as its address keeps it: the document, and what it says. */
export const Source = z.object({
  doc_id: DocId,
  doc_type: DocType,
  at: Moment,
  name: z.string(),
  details: Details.exactOptional(),
});
export type Source = z.infer<typeof Source>;

/** All sightings of one kind of an address: how many, what they are worth, and the newest. */
export const Tally = z.object({
  count: z.int().positive(),
  /** Points by month, such as `2026-03`. */
  months: z.record(z.string(), z.int()),
  /** The newest first, at most {@linkcode NEWEST_MAX}. */
  newest: z.array(Source),
});
export type Tally = z.infer<typeof Tally>;

/** Tallies by the kind of sighting; those without any are absent. */
export const Tallies = z.partialRecord(SightingKind, Tally);
export type Tallies = z.infer<typeof Tallies>;

/** Sightings of a kind that an address carries with it; of the others it knows how many and what they are worth. */
export const NEWEST_MAX = 10;

/** What the person decided of an address; `""` where nothing. Labels mean nothing but being equal. */
export const Decision = z.object({
  /** Those with the same label are one contact, whatever else is known. */
  together: z.string(),
  /** What is found automatically joins it only with those of the same label. */
  apart: z.string(),
});
export type Decision = z.infer<typeof Decision>;

/** Why two addresses are one contact: the same full name, one entry of the address book, or the person says so. */
export const Reason = z.enum(["same_name", "address_book", "user"]);
export type Reason = z.infer<typeof Reason>;

/** Something that joins all addresses which have it: a name, an entry of the address book, a label. */
export const JoinKey = z.object({ reason: Reason, id: z.string() });
export type JoinKey = z.infer<typeof JoinKey>;

/** An address with all that documents say of it. */
export const KnownAddress = z.object({
  address_id: DocId,
  address: z.string(),
  /** The contact that it is part of; `""` for the person's own. */
  contact_id: z.union([DocId, z.literal("")]),
  tallies: Tallies,
  keys: z.array(JoinKey),
  decision: Decision,
  /** Entries of the address book that have it, as they were last read. */
  book: z.array(DocId),
});
export type KnownAddress = z.infer<typeof KnownAddress>;

/** People, mailing lists, and what sends mail by itself. */
export const ContactKind = z.enum(["person", "list", "machine"]);
export type ContactKind = z.infer<typeof ContactKind>;

/** How often and when last, of one kind. */
export const Count = z.object({ kind: SightingKind, count: z.int(), last_at: Moment });
export type Count = z.infer<typeof Count>;

/** A contact as it is listed. */
export const Contact = z.object({
  contact_id: DocId,
  kind: ContactKind,
  /** The name that comes up most; `""` when none does. */
  name: z.string(),
  /** The most used first. */
  addresses: z.array(z.string()),
  title: z.string(),
  company: z.string(),
  phones: z.array(z.string()),
  counts: z.array(Count),
  /** When anything was last seen of it. */
  last_at: Moment,
});
export type Contact = z.infer<typeof Contact>;

/** A contact as it is kept: with what it is ordered by and found by. */
export const KeptContact = Contact.extend({
  address_ids: z.array(DocId),
  /** Points by kind and month, from which the relevance follows. */
  months: z.partialRecord(SightingKind, z.record(z.string(), z.int())),
  words: z.array(z.string()),
});
export type KeptContact = z.infer<typeof KeptContact>;
