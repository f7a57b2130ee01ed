import { badRequest } from "./errors.ts";

/** The properties of `$select`, checked; undefined if there is none. */
export function readSelect(text: string | undefined, known: ReadonlySet<string>, type: string): string[] | undefined {
  if (text === undefined || text === "") return undefined;
  const names = text.split(",").map((name) => name.trim());
  for (const name of names) {
    if (!known.has(name)) {
      const why = `Could not find a property named '${name}' on type 'microsoft.graph.${type}'.`;
      throw badRequest(`Parsing OData Select and Expand failed: ${why}`);
    }
  }
  return names;
}

/** Keeps the selected properties, the id and whatever begins with `@`. */
export function selected(item: Record<string, unknown>, names: readonly string[] | undefined): Record<string, unknown> {
  if (names === undefined) return item;
  return Object.fromEntries(
    Object.entries(item).filter(([name]) => name.startsWith("@") || name === "id" || names.includes(name)),
  );
}
