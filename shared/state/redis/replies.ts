/** The answers of our own scripts, checked. */

/** @throws TypeError when the answer is no list */
export function list(reply: unknown): readonly unknown[] {
  if (!Array.isArray(reply)) throw new TypeError("Cannot read the answer of a script: not a list");
  return reply;
}

/** A number, as an integer or as its text. @throws TypeError */
export function number(reply: unknown): number {
  const value = typeof reply === "string" && reply !== "" ? Number(reply) : reply;
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new TypeError("Cannot read the answer of a script: not a number");
  }
  return value;
}

/** @throws TypeError when the answer is no text */
export function text(reply: unknown): string {
  if (typeof reply !== "string") throw new TypeError("Cannot read the answer of a script: not a text");
  return reply;
}
