/** The text of a file of Google Drive: downloaded, or exported where Google keeps it in a form of its own. */
import { PermanentError, TransientError } from "../../contracts/errors.ts";
import type { ContentKind } from "../../content/extracted.ts";
import { FILE_BYTES_MAX, type FileText, textOfFile, textOfPlain, tooLarge, withoutText } from "../office_file.ts";
import type { ProviderResponse } from "../port.ts";
import { googleReasons } from "../verdict.ts";
import type { DriveReader } from "./drive_api.ts";
import { type DriveFile, type ExportForm, EXPORTS } from "./drive_file.ts";

/** An export of more than 10 MB is refused (developers.google.com/workspace/drive/api/reference/rest/v3/files/export). */
const EXPORT_TOO_LARGE = "exportSizeLimitExceeded";

/** What became of a file's content: its text, nothing since the file is gone, or nothing though the file is there. */
export type Content = FileText | "gone" | "not_given";

/**
 * Fetches and reads a file.
 * @throws TransientError when Drive does not answer now
 */
export async function readContent(reader: DriveReader, file: DriveFile, kind: ContentKind): Promise<Content> {
  if (file.capabilities?.canDownload === false) return notGiven("The owner does not let it be downloaded.");
  try {
    const form = EXPORTS[file.mimeType];
    return await (form === undefined ? download(reader, file, kind) : exported(reader, file, form));
  } catch (error) {
    // Some documents can't be exported, and Drive says so with 500: one of them must not stop all the others.
    if (!(error instanceof TransientError) || error.code !== "provider_away") throw error;
    if (!await isThere(reader, file)) throw error;
    return "not_given";
  }
}

async function download(reader: DriveReader, file: DriveFile, kind: ContentKind): Promise<Content> {
  if (file.size > FILE_BYTES_MAX) return tooLarge();
  const query = new URLSearchParams({ alt: "media", supportsAllDrives: "true" });
  return await textOf(reader, file, await fetched(reader, `${addressOf(reader, file)}?${query}`), kind);
}

async function exported(reader: DriveReader, file: DriveFile, form: ExportForm): Promise<Content> {
  const answer = await fetched(reader, exportAddress(reader, file, form.mime_type));
  if (!googleReasons(answer.json).includes(EXPORT_TOO_LARGE)) return await textOf(reader, file, answer, form.kind);
  const linked = await fetchedByLink(reader, file.exportLinks?.[form.mime_type] ?? "");
  if (linked?.bytes instanceof Uint8Array) return await textOfFile(reader.extract, linked.bytes, form.kind);
  if (linked?.bytes === null) return tooLarge();
  // Without pictures and formatting it may be small enough.
  const plain = await fetched(reader, exportAddress(reader, file, form.plain));
  if (plain.bytes instanceof Uint8Array) {
    return textOfPlain(new TextDecoder().decode(plain.bytes), form.plain_is_whole);
  }
  return withoutText("refused", "export_too_large", "Google exports no document of more than 10 MB.");
}

async function textOf(
  reader: DriveReader,
  file: DriveFile,
  answer: ProviderResponse,
  kind: ContentKind,
): Promise<Content> {
  if (answer.bytes === null) return tooLarge();
  if (answer.bytes !== undefined) return await textOfFile(reader.extract, answer.bytes, kind);
  if (answer.status === 404 && !await isThere(reader, file)) return "gone";
  const reason = googleReasons(answer.json)[0]?.slice(0, 64) ?? "";
  return notGiven(`Google refuses it: ${answer.status} ${reason}`.trim() + ".");
}

function notGiven(sentence: string): FileText {
  return withoutText("refused", "not_downloadable", sentence);
}

/** The link that Drive gives for a browser; null where it leads elsewhere, or asks for more than the token. */
async function fetchedByLink(reader: DriveReader, link: string): Promise<ProviderResponse | null> {
  if (link === "") return null;
  try {
    return await fetched(reader, link);
  } catch (error) {
    if (error instanceof PermanentError && error.code === "foreign_link") return null;
    throw error;
  }
}

function fetched(reader: DriveReader, url: string): Promise<ProviderResponse> {
  return reader.mailbox.request(url, { bytes_max: FILE_BYTES_MAX });
}

function addressOf(reader: DriveReader, file: DriveFile): string {
  return `${reader.urls.drive}/files/${encodeURIComponent(file.id)}`;
}

function exportAddress(reader: DriveReader, file: DriveFile, mime_type: string): string {
  return `${addressOf(reader, file)}/export?${new URLSearchParams({ mimeType: mime_type })}`;
}

/** Whether Drive tells of the file, whatever it says of its content. */
async function isThere(reader: DriveReader, file: DriveFile): Promise<boolean> {
  const query = new URLSearchParams({ fields: "id", supportsAllDrives: "true" });
  const answer = await reader.mailbox.request(`${addressOf(reader, file)}?${query}`);
  return answer.status === 200;
}
