import type { SourceFile } from "./source.ts";

/** A file made up to show what a rule means: path and text. */
export type Example = readonly [path: string, text: string];

/** A rule on single files of the source tree. */
export interface Rule {
  /** What holds, as a sentence. */
  readonly name: string;
  /** What offends against it in this file; nothing if all is well. */
  violations(file: SourceFile): string[];
  /** Each must be caught: a rule that catches nothing is no rule. */
  readonly caught: readonly Example[];
  /** None may be caught. */
  readonly fine: readonly Example[];
}
