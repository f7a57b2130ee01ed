import assert from "node:assert/strict";
import type { Section } from "../../shared/contracts/documents.ts";
import {
  CONTENT_LIMITS,
  type ContentKind,
  type ContentLimits,
  type Extracted,
  extractHere,
} from "../../shared/content/mod.ts";

/** The outcome `text` of a file, read with the product's limits but for those given. */
export function textOf(
  file: Uint8Array,
  kind: ContentKind,
  limits: Partial<ContentLimits> = {},
): Extract<Extracted, { kind: "text" }> {
  const outcome = extractHere(file, kind, { ...CONTENT_LIMITS, ...limits });
  if (outcome.kind === "refused") assert.fail(`${outcome.reason}: ${outcome.message}`);
  return outcome;
}

/** The sections of a file. */
export function sectionsOf(file: Uint8Array, kind: ContentKind): Section[] {
  const { sections, truncated } = textOf(file, kind);
  assert.equal(truncated, false);
  return sections;
}

/** Why a file is refused, `text` when it is not. */
export function refusalOf(file: Uint8Array, kind: ContentKind, limits: Partial<ContentLimits> = {}): string {
  const outcome = extractHere(file, kind, { ...CONTENT_LIMITS, ...limits });
  return outcome.kind === "refused" ? outcome.reason : outcome.kind;
}
