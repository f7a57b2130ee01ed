import { hash } from "../chance.ts";
import { formatAddress, type MailContent } from "../content/mail.ts";
import type { GmailMail } from "../mailbox/gmail_mailbox.ts";
import type { GoogleUser } from "./context.ts";
import { base64, base64url, byteLength, encodedWords } from "./encoding.ts";

export interface Header {
  readonly name: string;
  readonly value: string;
}

/** A part of a mail as `messages.get` shows it. */
export interface Part {
  readonly partId: string;
  readonly mimeType: string;
  readonly filename: string;
  readonly headers: readonly Header[];
  readonly body: { readonly size: number; readonly data?: string; readonly attachmentId?: string };
  readonly parts?: readonly Part[];
}

/** The mail as a tree of parts; the root's `partId` is empty and it carries the mail's headers. */
export function partTree(me: GoogleUser, mail: GmailMail, content: MailContent): Part {
  const boundary = `000000000000${hash("boundary", me.user, mail.number).toString(16)}`;
  const text = (partId: string, headers: Header[] = []) => textPart(partId, "text/plain", content.text, headers);
  const alternative = (partId: string, headers: Header[]): Part => {
    const below = partId === "" ? "" : `${partId}.`;
    const html = textPart(`${below}1`, "text/html", content.html ?? "", []);
    return multipart(partId, "multipart/alternative", `${boundary}alt`, headers, [text(`${below}0`), html]);
  };
  const headers = mailHeaders(me, mail, content);
  if (content.attachment === null) return content.html === null ? text("", headers) : alternative("", headers);
  const main = content.html === null ? text("0") : alternative("0", []);
  const { name, mediaType, text: file } = content.attachment;
  const attached: Part = {
    partId: "1",
    mimeType: mediaType,
    filename: name,
    headers: [
      { name: "Content-Type", value: `${mediaType}; name="${name}"` },
      { name: "Content-Disposition", value: `attachment; filename="${name}"` },
      { name: "Content-Transfer-Encoding", value: "base64" },
    ],
    body: { attachmentId: `ANGjdJ${hash("attachment", me.user, mail.number).toString(36)}`, size: byteLength(file) },
  };
  return multipart("", "multipart/mixed", boundary, headers, [main, attached]);
}

/** The mail as it travelled (RFC 5322), lines ended by CR LF. */
export function rawMail(root: Part, content: MailContent): string {
  return writePart(root, content.attachment?.text ?? "");
}

/** Header lines of a mail. Senders differ in how they write the names (PROTOCOLS G-17). */
export function mailHeaders(me: GoogleUser, mail: GmailMail, content: MailContent): Header[] {
  const odd = mail.number % 3 === 0;
  const date = new Date(mail.receivedAt).toUTCString().replace("GMT", "+0000");
  const thread = messageId(me, mail.thread);
  const headers: Header[] = [
    { name: "Delivered-To", value: me.address },
    { name: "Received", value: `by 2002:a05:6a10:0:0:0:0 with SMTP id ${hash(mail.number).toString(36)}; ${date}` },
    { name: odd ? "FROM" : "From", value: formatAddress(content.from) },
    { name: "To", value: content.to.map(formatAddress).join(", ") },
    ...(content.cc.length > 0 ? [{ name: odd ? "CC" : "Cc", value: content.cc.map(formatAddress).join(", ") }] : []),
    { name: odd ? "subject" : "Subject", value: content.subject },
    { name: odd ? "Message-Id" : "Message-ID", value: messageId(me, mail.number) },
    { name: "Date", value: date },
    { name: "MIME-Version", value: "1.0" },
  ];
  if (mail.thread !== mail.number) {
    headers.push({ name: "In-Reply-To", value: thread }, { name: "References", value: thread });
  }
  for (const [name, value] of content.headers) headers.push({ name: odd ? name.toLowerCase() : name, value });
  return headers;
}

function messageId(me: GoogleUser, number: number): string {
  return `<CA${hash("message id", me.user, number).toString(36)}.${number}@mail.gmail.example>`;
}

function textPart(partId: string, mimeType: string, text: string, headers: readonly Header[]): Part {
  const lines = text.replaceAll("\n", "\r\n");
  return {
    partId,
    mimeType,
    filename: "",
    headers: [
      ...headers,
      { name: "Content-Type", value: `${mimeType}; charset="UTF-8"` },
      { name: "Content-Transfer-Encoding", value: "base64" },
    ],
    body: { size: byteLength(lines), data: base64url(lines, true) },
  };
}

function multipart(
  partId: string,
  mimeType: string,
  boundary: string,
  headers: readonly Header[],
  parts: readonly Part[],
): Part {
  return {
    partId,
    mimeType,
    filename: "",
    headers: [...headers, { name: "Content-Type", value: `${mimeType}; boundary="${boundary}"` }],
    body: { size: 0 },
    parts,
  };
}

function writePart(part: Part, attachment: string): string {
  const lines = part.headers.map(({ name, value }) => `${name}: ${headerValue(name, value)}`);
  const boundary = /boundary="([^"]+)"/.exec(part.headers.at(-1)?.value ?? "")?.[1];
  if (part.parts !== undefined && boundary !== undefined) {
    const inner = part.parts.map((one) => `--${boundary}\r\n${writePart(one, attachment)}\r\n`);
    return `${lines.join("\r\n")}\r\n\r\n${inner.join("")}--${boundary}--\r\n`;
  }
  const standard = part.body.data?.replaceAll("-", "+").replaceAll("_", "/") ?? base64(attachment);
  return `${lines.join("\r\n")}\r\n\r\n${standard.replace(/(.{76})/g, "$1\r\n")}`;
}

/** Names in addresses are encoded one by one, other values as a whole. */
function headerValue(name: string, value: string): string {
  if (!/^(from|to|cc)$/i.test(name)) return encodedWords(value);
  return value.split(", ").map((one) => {
    const match = /^(.*) <([^>]+)>$/.exec(one);
    return match?.[1] === undefined ? one : `${encodedWords(match[1])} <${match[2]}>`;
  }).join(", ");
}
