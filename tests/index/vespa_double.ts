/**
 * Vespa as its documentation describes it, as far as the adapter uses it: `/document/v1` with conditions and groups, and
 * `/search/` with the statements that the adapter writes. It ranks by counting words, which is not how Vespa ranks.
 */
import { z } from "zod";
import type { Fetch } from "../../shared/contracts/deps.ts";
import { packageFile, parseSchema, type Schema } from "./vespa_package.ts";
import { evaluate } from "./vespa_query_double.ts";

/** An item's fields as they are stored: empty texts and lists are not. */
export type StoredFields = Readonly<Record<string, unknown>>;

/** A visit of all groups. */
const ALL = "/document/v1/millrace/item/docid/";

const DOCUMENT = /^\/document\/v1\/millrace\/item\/group\/([^/]+)\/(.*)$/;

const Put = z.object({
  condition: z.string().regex(/^item\.revision < \d+$/).optional(),
  create: z.boolean().optional(),
  fields: z.record(z.string(), z.unknown()),
});

/** What was asked of the double. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** Code points that Vespa refuses in a text (vespajlib, `Text.isTextCharacter`). */
function isIllegal(code: number): boolean {
  return (code < 0x20 && ![9, 10, 13].includes(code)) || (code >= 0xd800 && code <= 0xdfff) ||
    (code >= 0xfdd0 && code <= 0xfddf) || (code & 0xfffe) === 0xfffe || code > 0x10fffd;
}

/** A Vespa of one test. */
export class VespaDouble {
  readonly asked: Asked[] = [];
  /** The greatest number of requests that were under way at once. */
  most = 0;
  #underWay = 0;
  readonly #groups = new Map<string, Map<string, StoredFields>>();
  readonly #answers: (number | "away")[] = [];
  readonly #schema: Schema;

  private constructor(schema: Schema) {
    this.#schema = schema;
  }

  /** An empty one, with the schema of the package. */
  static async start(): Promise<VespaDouble> {
    return new VespaDouble(parseSchema(await packageFile("schemas/item.sd")));
  }

  /** The next requests are answered with these instead; `away` is no answer. */
  answerWith(...answers: readonly (number | "away")[]): void {
    this.#answers.push(...answers);
  }

  /** What is stored of a person's item. */
  stored(user_id: string, doc_id: string): StoredFields | undefined {
    return this.#groups.get(user_id)?.get(doc_id);
  }

  /** The network that leads to it. */
  readonly fetch: Fetch = async (input, init) => {
    this.most = Math.max(this.most, ++this.#underWay);
    try {
      // An answer takes a turn at least.
      await new Promise((resolve) => setTimeout(resolve, 0));
      const request = new Request(input instanceof URL ? input.href : input, init);
      const url = new URL(request.url);
      const body: unknown = request.method === "POST" ? await request.json() : undefined;
      this.asked.push({ method: request.method, path: url.pathname + url.search, body });
      const forced = this.#answers.shift();
      if (forced === "away") throw new TypeError("connection refused");
      if (forced !== undefined) return json(forced, { message: `asked for ${forced}` });
      const path = DOCUMENT.exec(url.pathname);
      if (path !== null) {
        const [, group = "", id = ""] = path.map((part) => decodeURIComponent(part));
        return this.#document(request.method, group, id, url.searchParams, body);
      }
      if (url.pathname === ALL && request.method === "GET") return this.#visit(url.searchParams);
      if (url.pathname === "/search/") return this.#search(body);
      return json(404, { message: "no handler" });
    } finally {
      this.#underWay--;
    }
  };

  #document(method: string, group: string, id: string, parameters: URLSearchParams, body: unknown): Response {
    const items = this.#groups.get(group) ?? new Map<string, StoredFields>();
    this.#groups.set(group, items);
    const stored = items.get(id);
    if (method === "GET" && id !== "") {
      if (stored === undefined) return json(404, { pathId: id });
      const only = parameters.get("fieldSet")?.replace(/^item:/, "").split(",");
      const fields = Object.entries(stored).filter(([name]) => only?.includes(name) ?? true);
      return json(200, { id, fields: Object.fromEntries(fields) });
    }
    if (method === "DELETE" && id === "") {
      if (parameters.get("selection") !== "true" || parameters.get("cluster") !== "personal") {
        return json(400, { message: "selection and cluster are required" });
      }
      // A slice at a time, as a visit of many buckets does.
      for (const key of [...items.keys()].slice(0, 400)) items.delete(key);
      return json(200, items.size === 0 ? { documentCount: 0 } : { continuation: "AAAB" });
    }
    if (method !== "POST" || id === "") return json(405, { message: `${method} is not allowed` });
    const put = Put.safeParse(body);
    if (!put.success) return json(400, { message: put.error.message });
    const { condition, create, fields } = put.data;
    for (const [name, value] of Object.entries(fields)) {
      const problem = this.#problem(name, value);
      if (problem !== "") return json(400, { message: problem });
    }
    if (condition !== undefined) {
      const below = Number(condition.split(" ").at(-1));
      // A condition on a missing field is invalid, and never holds.
      const holds = stored === undefined ? create === true : Number(stored.revision ?? NaN) < below;
      if (!holds) return json(412, { message: "condition is not met" });
    }
    const kept = Object.entries(fields).filter(([, value]) => value !== "" && !(Array.isArray(value) && !value.length));
    items.set(id, Object.fromEntries(kept));
    return json(200, { id });
  }

  /** Documents of all groups by their ids, some at a time. */
  #visit(parameters: URLSearchParams): Response {
    if (parameters.get("fieldSet") !== "[id]" || parameters.get("cluster") !== "personal") {
      return json(400, { message: "fieldSet [id] and cluster are required" });
    }
    const wanted = Number(parameters.get("wantedDocumentCount"));
    const from = Number(parameters.get("continuation") ?? 0);
    const ids = [...this.#groups].flatMap(([group, items]) =>
      [...items.keys()].map((id) => `id:millrace:item:g=${group}:${id}`)
    );
    const documents = ids.slice(from, from + Math.min(wanted, 3)).map((id) => ({ id, fields: {} }));
    const next = from + documents.length;
    return json(200, { documents, ...(next < ids.length ? { continuation: String(next) } : {}) });
  }

  #problem(name: string, value: unknown): string {
    const type = this.#schema.fields.get(name)?.type;
    if (type === undefined) return `Field '${name}' is not defined in document type 'item'`;
    const texts = type === "array<string>" ? z.array(z.string()).safeParse(value).data : [value];
    if (type.includes("string")) {
      if (texts?.every((text) => typeof text === "string") !== true) return `Could not parse field '${name}'`;
      const illegal = texts.some((text) =>
        [...String(text)].some((character) => isIllegal(character.codePointAt(0) ?? 0))
      );
      return illegal ? `Could not parse field '${name}' of type string: illegal code point` : "";
    }
    const fits = type === "bool" ? typeof value === "boolean" : Number.isSafeInteger(value);
    return fits ? "" : `Could not parse field '${name}' of type ${type}`;
  }

  #search(body: unknown): Response {
    const asked = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).parse(body);
    const group = asked["streaming.groupname"];
    if (typeof group !== "string") {
      // Vespa says so in an answer that is 200.
      const summary = "Illegal query";
      const message = "Streaming search requires either streaming.groupname or streaming.selection";
      return json(200, { root: { fields: { totalCount: 0 }, errors: [{ code: 3, summary, message }] } });
    }
    return json(200, evaluate(this.#schema, [...this.#groups.get(group)?.values() ?? []], asked));
  }
}

function json(status: number, value: unknown): Response {
  return new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json" } });
}
