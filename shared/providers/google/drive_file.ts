/** A file of Google Drive as a document. Pure: its text and its place are handed in. */
import { z } from "zod";
import type { Person } from "../../contracts/documents.ts";
import type { ContentKind } from "../../content/extracted.ts";
import { DOC_TYPE_OF, type FileText, officeKind } from "../office_file.ts";
import type { ReadDocument } from "../port.ts";
import { momentOf, NO_MOMENT, sizeOf } from "../text.ts";
import { Flag, Line, listOf } from "./fields.ts";

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

/** Ids stand in addresses, where half a character can't. */
const Id = z.string().min(1).max(512).refine((id) => id.isWellFormed());
const User = z.object({ displayName: Line, emailAddress: Line });
/** 64-bit numbers come as texts. */
const Long = z.union([z.string(), z.number()]).nullish().transform((value) => sizeOf(Number(value ?? 0)));

/** What names a file, whatever else it is. */
export const FileHead = z.object({ id: Id });

/** The members of a file that are used. */
export const DriveFile = z.object({
  id: Id,
  name: Line,
  mimeType: Line,
  createdTime: Line,
  modifiedTime: Line,
  trashed: Flag,
  parents: listOf(Id),
  driveId: Id.nullish().transform((id) => id ?? ""),
  size: Long,
  /** Counts every change that the server knows of; 0 when it is not told. */
  version: Long,
  webViewLink: Line,
  shared: z.boolean().nullish(),
  owners: listOf(User),
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
  return EXPORTS[file.mimeType]?.kind ?? officeKind(file.mimeType);
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
    version: file.version,
    document: {
      doc_type: DOC_TYPE_OF[kind],
      provider: "google",
      provider_id: file.id,
      container,
      title: file.name,
      url: file.webViewLink,
      last_updated: momentOf(file.modifiedTime) || created_at || NO_MOMENT,
      ...text,
      mime_type: file.mimeType,
      size_bytes: file.size,
      path,
      // Shared drives don't tell: whatever is in them is shared.
      shared: file.shared ?? file.driveId !== "",
      owners: file.owners.map(personOf),
      last_editor: personOf(file.lastModifyingUser),
      created_at,
    },
  };
}

function personOf(user: z.infer<typeof User> | null | undefined): Person {
  return { name: user?.displayName ?? "", address: (user?.emailAddress ?? "").toLowerCase() };
}
