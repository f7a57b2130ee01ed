import { PermanentError } from "../contracts/errors.ts";

/** A search text that can't be understood, and where. */
export class QueryError extends PermanentError {
  override readonly name: string = "QueryError";
  /** Where the part that is wrong begins in the text, and how long it is; UTF-16 units, from 0. */
  readonly at: number;
  readonly length: number;

  constructor(what: string, { at, length }: { readonly at: number; readonly length: number }) {
    super("query_invalid", `From character ${at + 1} on: ${what}`, { field: "q" });
    this.at = at;
    this.length = length;
  }
}
