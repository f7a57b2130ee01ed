/** The text of a file of OneDrive: downloaded from where `/content` redirects to. */
import { PermanentError, TransientError } from "../../contracts/errors.ts";
import type { ContentKind } from "../../content/extracted.ts";
import { FILE_BYTES_MAX, type FileText, textOfFile, tooLarge, withoutText } from "../office_file.ts";
import type { ProviderResponse } from "../port.ts";
import { type DriveItem, itemSize } from "./drive_item.ts";
import { graphError } from "./graph.ts";
import type { Reading } from "./resource.ts";

/** What became of a file's content: its text, nothing since the file is gone, or nothing though the file is there. */
export type Content = FileText | "gone" | "not_given";

/**
 * Fetches and reads a file.
 * @throws TransientError when Graph does not answer now
 */
export async function readContent(reading: Reading, item: DriveItem, kind: ContentKind): Promise<Content> {
  if (item.malware) return withoutText("refused", "malware", "Microsoft has found malware in the file.");
  if (itemSize(item) > FILE_BYTES_MAX) return tooLarge();
  try {
    const answer = await reading.mailbox.request(`${addressOf(reading, item)}/content`, { bytes_max: FILE_BYTES_MAX });
    if (answer.bytes === null) return tooLarge();
    if (answer.bytes !== undefined) return await textOfFile(reading.extract, answer.bytes, kind);
    return answer.status === 404 && !await isThere(reading, item) ? "gone" : notDownloadable(answer);
  } catch (error) {
    if (error instanceof PermanentError && error.code === "foreign_link") {
      return withoutText("refused", "not_downloadable", "The file is at an address that is not asked.");
    }
    // One file that the provider fails on every time must not stop all the others.
    if (!(error instanceof TransientError) || error.code !== "provider_away") throw error;
    if (!await isThere(reading, item)) throw error;
    return "not_given";
  }
}

function addressOf({ base }: Reading, { id, remoteItem }: DriveItem): string {
  const drive = remoteItem?.parentReference?.driveId ?? "";
  if (remoteItem === null || remoteItem === undefined || drive === "" || remoteItem.id === "") {
    return `${base}/me/drive/items/${encodeURIComponent(id)}`;
  }
  return `${base}/drives/${encodeURIComponent(drive)}/items/${encodeURIComponent(remoteItem.id)}`;
}

/** Whether Graph tells of the file, whatever it says of its content. */
async function isThere(reading: Reading, item: DriveItem): Promise<boolean> {
  const answer = await reading.mailbox.request(`${addressOf(reading, item)}?$select=id`);
  return answer.status === 200;
}

function notDownloadable(answer: ProviderResponse): FileText {
  const code = graphError(answer.json).code.slice(0, 64);
  const sentence = `Microsoft refuses it: ${answer.status} ${code}`.trim();
  return withoutText("refused", "not_downloadable", `${sentence}.`);
}
