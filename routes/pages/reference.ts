/** The API reference as a page: every operation of the OpenAPI document, without scripts and without the network. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { html } from "hono/html";
import type { Markup, Page } from "./layout.ts";
import { isReference, type SchemaView, typeText } from "./schema_text.ts";

/** The document as the library makes it. */
export type ApiDocument = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;
type PathItem = NonNullable<ApiDocument["paths"]>[string];
type Operation = NonNullable<PathItem["get"]>;

const METHODS = ["get", "post", "put", "patch", "delete"] as const;

interface Entry {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

function entriesOf(document: ApiDocument): Map<string, Entry[]> {
  const byTag = new Map<string, Entry[]>();
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation === undefined) continue;
      const tag = capitalised(operation.tags?.[0] ?? "Other");
      byTag.set(tag, [...(byTag.get(tag) ?? []), { method, path, operation }]);
    }
  }
  return new Map([...byTag].sort(([one], [other]) => one < other ? -1 : 1));
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** A text of the document, in which names stand between backticks. */
function prose(text: string): Markup[] {
  return text.split("`").map((part, index) => index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`);
}

function contentOf(content: Record<string, { schema?: SchemaView }> | undefined): Markup[] {
  return Object.entries(content ?? {}).flatMap(([type, { schema }]) =>
    schema === undefined ? [] : [html`
      <p class="soft"><small>${type}</small></p>
      <pre><code>${typeText(schema)}</code></pre>
    `]
  );
}

function parametersOf(operation: Operation): Markup {
  const parameters = (operation.parameters ?? []).flatMap((parameter) => isReference(parameter) ? [] : [parameter]);
  if (parameters.length === 0) return html``;
  const rows = parameters.map(({ name, in: place, required, schema, description }) => {
    const said = description ?? (schema === undefined || isReference(schema) ? "" : schema.description ?? "");
    return html`
      <tr>
        <td><code>${name}</code></td>
        <td>${place}${required === true ? ", required" : ""}</td>
        <td><code>${schema === undefined ? "" : typeText(schema)}</code></td>
        <td>${prose(said)}</td>
      </tr>
    `;
  });
  return html`
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Parameter</th>
            <th>In</th>
            <th>Type</th>
            <th>What</th>
          </tr>
        </thead>
        <tbody>${rows}</tbody>
      </table>
    </div>
  `;
}

function bodyOf(operation: Operation): Markup {
  const body = operation.requestBody;
  if (body === undefined || isReference(body)) return html``;
  return html`<h3>Body</h3>${contentOf(body.content)}`;
}

function answersOf(operation: Operation): Markup {
  const answers = Object.entries(operation.responses ?? {}).map(([status, answer]) => {
    const known = isReference(answer) ? undefined : answer;
    const shown = status.startsWith("2") ? contentOf(known?.content) : [];
    return html`
      <tr>
        <td><code>${status}</code></td>
        <td>${prose(known?.description ?? "")}${shown}</td>
      </tr>
    `;
  });
  return html`
    <h3>Answers</h3>
    <div class="scroll">
      <table>
        <tbody>${answers}</tbody>
      </table>
    </div>
  `;
}

function entryMarkup({ method, path, operation }: Entry): Markup {
  return html`
    <details>
      <summary><span class="method ${method}">${method.toUpperCase()}</span><code>${path}</code>
    <span class="soft">${prose(operation.summary ?? "")}</span></summary>
      <div>${operation.description === undefined ? "" : html`<p>${prose(operation.description)}</p>`}
    ${parametersOf(operation)}${bodyOf(operation)}${answersOf(operation)}</div>
    </details>
  `;
}

function schemasOf(document: ApiDocument): Markup {
  const schemas = Object.entries(document.components?.schemas ?? {}).map(([name, schema]) =>
    html`
      <details id="schema-${name}">
        <summary><code>${name}</code></summary>
        <div>
          <pre><code>${typeText(schema)}</code></pre>
        </div>
      </details>
    `
  );
  return schemas.length === 0 ? html`` : html`<h2>Types</h2>${schemas}`;
}

/** The page of a document. */
export function referencePage(document: ApiDocument): Page {
  const sections = [...entriesOf(document)].map(([tag, entries]) => html`<h2>${tag}</h2>${entries.map(entryMarkup)}`);
  return {
    title: "API reference",
    shape: "wide",
    body: html`<h1>API reference</h1>
<p>${prose(document.info.description ?? "")}</p>
<p class="soft">Version ${document.info.version} · the same as a document for programs:
<a href="/openapi.json">/openapi.json</a></p>
${sections}
${schemasOf(document)}`,
  };
}
