/**
 * Google's batch format: `multipart/mixed` of `application/http`. Source: the batch guide of the Gmail API.
 * The parser is strict about the frame and takes only what it needs of each part.
 */

/** One inner answer. */
export interface InnerAnswer {
  readonly status: number;
  readonly text: string;
}

/** The body of a batch of GETs; each part is named after its position. */
export function batchBody(boundary: string, paths: readonly string[]): string {
  const parts = paths.map((path, at) =>
    `--${boundary}\r\nContent-Type: application/http\r\nContent-ID: <item-${at}>\r\n\r\nGET ${path}\r\n\r\n`
  );
  return `${parts.join("")}--${boundary}--\r\n`;
}

/** The boundary of a `multipart/mixed` content type, `""` when it names none. */
export function boundaryOf(content_type: string): string {
  if (!/^multipart\/mixed\b/i.test(content_type)) return "";
  const found = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(content_type);
  return found?.[1] ?? found?.[2] ?? "";
}

/** The inner answers by position; positions without a readable answer are left out, answers come in any order. */
export function parseBatch(text: string, boundary: string): ReadonlyMap<number, InnerAnswer> {
  const answers = new Map<number, InnerAnswer>();
  if (boundary === "") return answers;
  // A boundary stands at the beginning of a line, so that no body can contain one by chance.
  const parts = `\r\n${text.replaceAll(/\r?\n/g, "\r\n")}`.split(`\r\n--${boundary}`);
  for (const part of parts.slice(1)) {
    const [outer, rest] = splitHeaders(part.replace(/^\r\n/, ""));
    const at = /^content-id:\s*<?response-item-(\d{1,4})>?\s*$/im.exec(outer)?.[1];
    if (at === undefined) continue;
    const [head, body] = splitHeaders(rest);
    const status = /^HTTP\/\d(?:\.\d)? (\d{3})\b/.exec(head)?.[1];
    if (status !== undefined) answers.set(Number(at), { status: Number(status), text: body.trim() });
  }
  return answers;
}

function splitHeaders(text: string): [string, string] {
  const end = text.indexOf("\r\n\r\n");
  return end < 0 ? [text, ""] : [text.slice(0, end), text.slice(end + 4)];
}
