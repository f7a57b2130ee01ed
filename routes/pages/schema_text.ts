/** A JSON Schema as the text of a type, the way a reader of an API expects it. */
import type { OpenAPIHono } from "@hono/zod-openapi";

type Document = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;
/** A schema of an OpenAPI document, or a reference to one. */
export type SchemaView = NonNullable<NonNullable<Document["components"]>["schemas"]>[string];

/** How deep objects are written out; what is deeper is only named. */
const DEPTH_MAX = 5;

/** True for `{$ref}`. */
export function isReference(value: object): value is { $ref: string } {
  return "$ref" in value && typeof value.$ref === "string";
}

function alternatives(schemas: readonly SchemaView[], between: string, depth: number): string {
  return [...new Set(schemas.map((schema) => typeText(schema, depth)))].join(between);
}

function objectText(schema: Exclude<SchemaView, { $ref: string }>, depth: number): string {
  const properties = Object.entries(schema.properties ?? {});
  if (properties.length === 0) {
    const { additionalProperties: rest } = schema;
    return typeof rest === "object" ? `{ [name]: ${typeText(rest, depth + 1)} }` : "object";
  }
  if (depth >= DEPTH_MAX) return "{ … }";
  const indent = "  ".repeat(depth + 1);
  const lines = properties.map(([name, property]) => {
    const optional = schema.required?.includes(name) === true ? "" : "?";
    return `${indent}${name}${optional}: ${typeText(property, depth + 1)}`;
  });
  return `{\n${lines.join("\n")}\n${"  ".repeat(depth)}}`;
}

function arrayText(items: SchemaView | undefined, depth: number): string {
  const text = items === undefined ? "unknown" : typeText(items, depth);
  return !text.startsWith("{") && text.includes(" ") ? `(${text})[]` : `${text}[]`;
}

/** The type that a schema describes, such as `"email" | "calendar"` or an object of several lines. */
export function typeText(schema: SchemaView, depth = 0): string {
  if (isReference(schema)) return schema.$ref.split("/").at(-1) ?? "";
  if (schema.enum !== undefined) return schema.enum.map((value: unknown) => JSON.stringify(value)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const union = schema.oneOf ?? schema.anyOf;
  if (union !== undefined) return alternatives(union, " | ", depth);
  if (schema.allOf !== undefined) return alternatives(schema.allOf, " & ", depth);
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  return types.map((type) => {
    if (type === "array") return arrayText(schema.items, depth);
    if (type === "object") return objectText(schema, depth);
    return type ?? "unknown";
  }).join(" | ");
}
