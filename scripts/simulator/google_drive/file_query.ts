import { GoogleError } from "../gmail/errors.ts";

/** What a search looks at. */
export interface Searched {
  readonly mimeType: string;
  readonly trashed: boolean;
  readonly modifiedAt: number;
  /** The folder that it lies in, by each of its names. */
  readonly parents: readonly string[];
}

/**
 * The search of a `q` parameter, for the terms that are simulated: media types (any of them), `trashed`, a parent, and
 * the time of change.
 */
export function fileQuery(q: string): (file: Searched) => boolean {
  const types: string[] = [];
  const tests: ((file: Searched) => boolean)[] = [];
  const rest = q
    .replace(/mimeType\s*=\s*'([^']*)'/g, (_, type: string) => (types.push(type), ""))
    .replace(/trashed\s*=\s*(true|false)/g, (_, is: string) => (tests.push((one) => String(one.trashed) === is), ""))
    .replace(/'([^']*)'\s+in\s+parents/g, (_, id: string) => (tests.push((one) => one.parents.includes(id)), ""))
    .replace(/modifiedTime\s*(>=?)\s*'([^']*)'/g, (_, sign: string, time: string) => {
      const at = Date.parse(time);
      tests.push((one) => sign === ">" ? one.modifiedAt > at : one.modifiedAt >= at);
      return "";
    })
    .replace(/\b(and|or)\b|[()\s]/g, "");
  if (rest !== "") throw new GoogleError(400, "invalid", "Invalid Value", { location: "q" });
  return (file) => (types.length === 0 || types.includes(file.mimeType)) && tests.every((test) => test(file));
}
