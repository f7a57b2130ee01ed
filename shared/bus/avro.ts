/**
 * The Avro schema of the envelope, derived from the event's zod contract, one per topic. Pub/Sub holds every message of
 * a topic to it; the rules between fields and inside texts stay with zod, which checks on both sides.
 */
import { z } from "zod";
import { EventFields } from "../contracts/event.ts";
import { type EventTopic, TOPIC_DOC_TYPES } from "../contracts/names.ts";

/** A closed list of texts. */
const AvroEnum = z.object({ type: z.literal("enum"), name: z.string(), symbols: z.array(z.string()) });
export type AvroEnum = z.infer<typeof AvroEnum>;

/** One field. A field with a default was added later: schemas with and without it can read each other's messages. */
const AvroField = z.object({
  name: z.string(),
  type: z.union([z.enum(["string", "long", "boolean"]), AvroEnum]),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
});
export type AvroField = z.infer<typeof AvroField>;

/** The part of Avro's schema language that we use. Source: avro.apache.org/docs/1.11.1/specification. */
export const AvroRecord = z.object({
  type: z.literal("record"),
  name: z.string(),
  namespace: z.string().optional(),
  fields: z.array(AvroField),
});
export type AvroRecord = z.infer<typeof AvroRecord>;

/**
 * Lists that may grow are plain texts in Avro: a schema with one more symbol is not compatible with the one before, so
 * no new revision could ever be committed.
 */
const GROWING_LISTS: ReadonlySet<string> = new Set(["provider"]);

/** The parts of a JSON Schema property that decide its Avro type. */
const Property = z.object({
  type: z.enum(["string", "integer", "boolean"]),
  enum: z.array(z.string()).optional(),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
});

/**
 * The schema of a topic: the fields of the contract in their order, with `doc_type` fixed to the topic's own.
 * @param contract only given by tests of how the contract may grow
 * @throws TypeError for a field that Avro's JSON form cannot carry flat, such as one that may be absent
 */
export function avroSchema(topic: EventTopic, contract: z.ZodObject = EventFields): AvroRecord {
  const { properties = {}, required = [] } = z.toJSONSchema(contract, { io: "output" });
  const fields = Object.entries(properties).map(([name, property]): AvroField => {
    // Avro's JSON form writes an optional value as {"string": …}; a default is how a later field keeps the event flat.
    if (!required.includes(name)) throw new TypeError(`Cannot derive Avro field "${name}": it needs a default`);
    if (name === "doc_type") return { name, type: { type: "enum", name, symbols: [TOPIC_DOC_TYPES[topic]] } };
    const parsed = Property.safeParse(property);
    if (!parsed.success) throw new TypeError(`Cannot derive Avro field "${name}": only flat values are carried`);
    return {
      name,
      type: avroType(name, parsed.data),
      ...(parsed.data.default === undefined ? {} : { default: parsed.data.default }),
    };
  });
  return { type: "record", name: "Event", namespace: "millrace", fields };
}

function avroType(name: string, property: z.infer<typeof Property>): AvroField["type"] {
  if (property.type === "integer") return "long";
  if (property.type === "boolean") return "boolean";
  if (property.enum === undefined || GROWING_LISTS.has(name)) return "string";
  return { type: "enum", name, symbols: property.enum };
}

/** How our schema relates to the one that is there. */
export type SchemaRelation =
  /** They say the same. */
  | { readonly kind: "same" }
  /** Ours only adds fields with a default: it can be committed as the next revision. */
  | { readonly kind: "ours_newer" }
  /** Theirs only adds fields with a default: a newer release runs beside us. */
  | { readonly kind: "theirs_newer" }
  /** Each difference in words. */
  | { readonly kind: "differs"; readonly details: readonly string[] };

/** Compares our schema with the definition that a topic has, which is any JSON text. */
export function compareSchemas(ours: AvroRecord, theirDefinition: string): SchemaRelation {
  const theirs = parseDefinition(theirDefinition);
  if (theirs === undefined) return { kind: "differs", details: ["definition: not an Avro record of flat fields"] };
  const added = extra(ours, theirs);
  const newer = extra(theirs, ours);
  const details = [
    ...added.filter(needed).map((field) => `field ${field.name}: missing there`),
    ...newer.filter(needed).map((field) => `field ${field.name}: unknown here`),
  ];
  for (const field of ours.fields) {
    const other = theirs.fields.find(({ name }) => name === field.name);
    if (other !== undefined && typeText(other) !== typeText(field)) {
      details.push(`field ${field.name}: expected ${typeText(field)}, is ${typeText(other)}`);
    }
  }
  if (added.length > 0 && newer.length > 0) {
    details.push(`fields ${[...added, ...newer].map(({ name }) => name).join(", ")}: added on both sides`);
  }
  if (details.length > 0) return { kind: "differs", details };
  if (added.length > 0) return { kind: "ours_newer" };
  return newer.length > 0 ? { kind: "theirs_newer" } : { kind: "same" };
}

function extra(one: AvroRecord, other: AvroRecord): AvroField[] {
  const names = new Set(other.fields.map(({ name }) => name));
  return one.fields.filter(({ name }) => !names.has(name));
}

/** Without a default nothing can stand in for the field in a message of the other schema. */
function needed(field: AvroField): boolean {
  return field.default === undefined;
}

function typeText({ type }: AvroField): string {
  return typeof type === "string" ? type : `enum ${type.symbols.join("|")}`;
}

function parseDefinition(definition: string): AvroRecord | undefined {
  try {
    return AvroRecord.safeParse(JSON.parse(definition)).data;
  } catch {
    return undefined;
  }
}
