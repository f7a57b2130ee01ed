/** One query to Vespa: always of one person's group, and whole or not at all. */
import { z } from "zod";
import { StoreAwayError } from "../../contracts/errors.ts";
import type { VespaClient } from "./client.ts";

/** All attempts together: somebody is waiting. */
const QUERY_MS_MAX = 10_000;

/** A statement of ours with the texts that it names. */
export interface VespaQuery {
  readonly yql: string;
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly summary: "hit" | "suggestion";
}

const Coverage = z.object({ full: z.boolean().optional(), degraded: z.unknown().optional() });

const Answer = z.object({
  root: z.object({
    fields: z.object({ totalCount: z.int() }).optional(),
    coverage: Coverage.optional(),
    errors: z.array(z.object({ code: z.int().optional(), summary: z.string().optional() })).optional(),
    children: z.array(z.unknown()).default([]),
  }),
});

const Hit = z.object({ relevance: z.number().default(0), fields: z.record(z.string(), z.unknown()) });

/** What groups were asked for come back below `group:root:…`. */
const Groups = z.object({
  id: z.string().startsWith("group:root:"),
  children: z.array(z.object({
    id: z.string().startsWith("grouplist:"),
    label: z.string(),
    children: z.array(z.object({ value: z.string(), fields: z.object({ "count()": z.int() }) })).default([]),
  })).default([]),
});

/** What a query found. */
export interface VespaAnswerOf {
  readonly total: number;
  readonly hits: readonly z.infer<typeof Hit>[];
  /** Counts by the field that was grouped by. */
  readonly groups: ReadonlyMap<string, readonly { readonly value: string; readonly count: number }[]>;
}

/**
 * Asks in one person's documents.
 * @param group of the person, by `Groups`
 * @throws StoreAwayError when Vespa reports errors, or has not looked at all documents
 */
export async function ask(client: VespaClient, group: string, asked: VespaQuery): Promise<VespaAnswerOf> {
  const { status, json } = await client.send({
    method: "POST",
    path: "/search/",
    body: {
      ...asked.parameters,
      yql: asked.yql,
      "streaming.groupname": group,
      "presentation.summary": asked.summary,
    },
    limit_ms: QUERY_MS_MAX,
  });
  if (status !== 200) throw new StoreAwayError("Vespa");
  const { root } = Answer.parse(json);
  if (root.errors !== undefined && root.errors.length > 0) {
    throw new StoreAwayError("Vespa", new Error(root.errors.map(({ summary = "" }) => summary).join("; ")));
  }
  if (root.coverage?.full === false || root.coverage?.degraded !== undefined) {
    throw new StoreAwayError("Vespa", new Error("Vespa has looked at a part of the documents only"));
  }
  const groups = new Map<string, { value: string; count: number }[]>();
  const hits: z.infer<typeof Hit>[] = [];
  for (const child of root.children) {
    const grouped = Groups.safeParse(child);
    if (!grouped.success) {
      hits.push(Hit.parse(child));
      continue;
    }
    for (const { label, children } of grouped.data.children) {
      groups.set(label, children.map(({ value, fields }) => ({ value, count: fields["count()"] })));
    }
  }
  return { total: root.fields?.totalCount ?? 0, hits, groups };
}
