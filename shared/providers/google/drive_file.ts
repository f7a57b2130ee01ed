/** A file of Google Drive as a document. Pure: its text and its place are handed in. */
import { z } from "zod";
import type { Person } from "../../contracts/documents.ts";
import type { ContentKind } from "../../content/extracted.ts";
import { DOC_TYPE_OF, type FileText, officeKind } from "../office_file.ts";
import type { ReadDocument } from "../port.ts";
import { momentOf, NO_MOMENT, sizeOf, tidy } from "../text.ts";

const GOOGLE = "application/vnd.google-apps.";
const OPEN_XML = "application/vnd.openxmlformats-officedocument.";
export const FOLDER_TYPE = `${GOOGLE}folder`;

/** How Google's own documents are exported, and as what when that is too large. */
export interface ExportForm {
  readonly kind: ContentKind;
  readonly mime_type: string;
  readonly plain: string;
  /** False where the plain form holds the first sheet only. */
  readonly plain_is_whole: boolean;
}

/** By media type (developers.google.com/workspace/drive/api/guides/ref-export-formats). */
export const EXPORTS: Readonly<Record<string, ExportForm>> = {
  [`${GOOGLE}document`]: {
    kind: "word",
    mime_type: `${OPEN_XML}wordprocessingml.document`,
    plain: "text/plain",
    plain_is_whole: true,
  },
  [`${GOOGLE}spreadsheet`]: {
    kind: "sheet",
    mime_type: `${OPEN_XML}spreadsheetml.sheet`,
    plain: "text/csv",
    plain_is_whole: false,
  },
  [`${GOOGLE}presentation`]: {
    kind: "presentation",
    mime_type: `${OPEN_XML}presentationml.presentation`,
    plain: "text/plain",
    plain_is_whole: true,
  },
};

const User = z.object({ displayName: z.string().nullish(), emailAddress: z.string().nullish() });

/** The members of a file that are used. 64-bit numbers come as texts. */
export const DriveFile = z.object({
  id: z.string().min(1),
  name: z.string().nullish(),
  mimeType: z.string().nullish(),
  createdTime: z.string().nullish(),
  modifiedTime: z.string().nullish(),
  trashed: z.boolean().nullish(),
  parents: z.array(z.string()).nullish(),
  driveId: z.string().nullish(),
  size: z.union([z.string(), z.number()]).nullish(),
  version: z.union([z.string(), z.number()]).nullish(),
  webViewLink: z.string().nullish(),
  shared: z.boolean().nullish(),
  owners: z.array(User).nullish(),
  lastModifyingUser: User.nullish(),
  capabilities: z.object({ canDownload: z.boolean().nullish() }).nullish(),
  exportLinks: z.record(z.string(), z.string()).nullish(),
});
export type DriveFile = z.infer<typeof DriveFile>;

/** The same as a value of `fields`: Drive answers with next to nothing unless it is told what is wanted. */
export const FILE_FIELDS = "id,name,mimeType,createdTime,modifiedTime,trashed,parents,driveId,size,version," +
  "webViewLink,shared,owners(displayName,emailAddress),lastModifyingUser(displayName,emailAddress)," +
  "capabilities/canDownload,exportLinks";

/** The family of documents that a file belongs to; null for files that become none. */
export function kindOf(file: DriveFile): ContentKind | null {
  const mime_type = file.mimeType ?? "";
  return EXPORTS[mime_type]?.kind ?? officeKind(mime_type);
}

/** The file's version: counts every change that its server knows of, `0` when it is not told. */
export function versionOf(file: DriveFile): number {
  const version = Number(file.version ?? 0);
  return Number.isSafeInteger(version) && version > 0 ? version : 0;
}

/** The document of a file of this family that lies in `container`. */
export function documentOf(
  file: DriveFile,
  kind: ContentKind,
  { container, path, text }: { container: string; path: string; text: FileText },
): ReadDocument {
  const created_at = momentOf(file.createdTime);
  return {
    provider_id: file.id,
    container,
    version: versionOf(file),
    document: {
      doc_type: DOC_TYPE_OF[kind],
      provider: "google",
      provider_id: file.id,
      container,
      title: tidy(file.name ?? "").trim(),
      url: file.webViewLink ?? "",
      last_updated: momentOf(file.modifiedTime) || created_at || NO_MOMENT,
      ...text,
      mime_type: file.mimeType ?? "",
      size_bytes: sizeOf(Number(file.size ?? 0)),
      path,
      // Shared drives don't tell: whatever is in them is shared.
      shared: file.shared ?? (file.driveId ?? "") !== "",
      owners: (file.owners ?? []).map(personOf),
      last_editor: personOf(file.lastModifyingUser),
      created_at,
    },
  };
}

function personOf(user: z.infer<typeof User> | null | undefined): Person {
  return { name: tidy(user?.displayName ?? "").trim(), address: (user?.emailAddress ?? "").trim().toLowerCase() };
}
