/** The frame of the pages that people see: one look, no scripts, nothing loaded from anywhere. */
import type { Context } from "hono";
import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Random } from "../../shared/contracts/deps.ts";
import { STYLE } from "./style.ts";

/** Text of a page; whatever is put into an `html` template is escaped. */
export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

/** One page. */
export interface Page {
  readonly title: string;
  readonly body: Markup;
  readonly status?: ContentfulStatusCode;
  /** Where its forms may lead, redirects included; none by default. */
  readonly form_action?: string;
  /** `card`: a short message in the middle. `wide`: a document. */
  readonly shape?: "card" | "wide";
}

const NONCE_BYTES = 16;

/** Two arches of a mill's channel and the water under them. */
const MARK = raw(
  '<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><path d="M4 19V13a6 6 0 0 1 12 0v6M16 19v-6a6 6 0 0 1 12 0v6"/>' +
    '<path class="water" d="M3 25c3.2-2.6 5.4-2.6 8.6 0s5.5 2.6 8.7 0 5.5-2.6 8.7 0"/></svg>',
);

/** Answers with a page. Its style is let in by a nonce; scripts, images and frames are not let in at all. */
export async function answerPage(c: Context, random: Pick<Random, "bytes">, page: Page): Promise<Response> {
  const nonce = random.bytes(NONCE_BYTES).toBase64();
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `form-action ${page.form_action ?? "'none'"}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  const text = await html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>${page.title} · Millrace</title>
        <style nonce="${nonce}">${raw(STYLE)}</style>
      </head>
      <body class="${page.shape ?? "card"}">
        <main>
    <p class="brand">${MARK} Millrace</p>
    ${page.body}
        </main>
      </body>
    </html>
  `;
  return c.html(text, page.status ?? 200, {
    "content-security-policy": policy.join("; "),
    "cache-control": "no-store",
  });
}
