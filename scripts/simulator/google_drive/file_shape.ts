import { hash } from "../chance.ts";
import type { Address } from "../content/mail.ts";
import { fileBytes, MEDIA_TYPES } from "../drive/file_bytes.ts";
import { type FileContent, ROOT, type StoredFile } from "../drive/store.ts";
import type { GoogleUser } from "../gmail/context.ts";
import type { GoogleDrive } from "./drives.ts";

const GOOGLE = "application/vnd.google-apps.";
const NATIVE = {
  word: { type: `${GOOGLE}document`, extension: "docx", editor: "document", links: "documents", plain: "text/plain" },
  sheet: {
    type: `${GOOGLE}spreadsheet`,
    extension: "xlsx",
    editor: "spreadsheets",
    links: "sheets",
    plain: "text/csv",
  },
  presentation: {
    type: `${GOOGLE}presentation`,
    extension: "pptx",
    editor: "presentation",
    links: "presentations",
    plain: "text/plain",
  },
} as const;

/** How a document that Google keeps in a form of its own is exported. */
export function nativeForm(file: StoredFile) {
  const { kind, bytes } = file.content;
  // Every other document is one of Google's own; what has given bytes was uploaded.
  if (kind === "folder" || kind === "text" || bytes !== null || file.number % 2 === 1) return undefined;
  return NATIVE[kind];
}

/** A file's media type. */
export function mimeTypeOf(file: StoredFile): string {
  const { kind } = file.content;
  return kind === "folder" ? `${GOOGLE}folder` : nativeForm(file)?.type ?? MEDIA_TYPES[kind];
}

/** A file as the Drive API shows it with `fields=*`. */
export function fileShape(me: GoogleUser, drive: GoogleDrive, file: StoredFile, origin: string) {
  const { content } = file;
  const id = me.drives.id(drive, file.number);
  const native = nativeForm(file);
  const shared = drive.id !== "";
  const root = file.number === ROOT;
  const link = native === undefined
    ? `https://drive.google.com/file/d/${id}/view?usp=drivesdk`
    : `https://docs.google.com/${native.editor}/d/${id}/edit?usp=drivesdk`;
  return {
    kind: "drive#file",
    id,
    name: root ? (shared ? "Drive" : "My Drive") : nameOf(content, native !== undefined),
    mimeType: mimeTypeOf(file),
    starred: false,
    trashed: content.trashed,
    explicitlyTrashed: content.trashed && !(drive.store.at(file.container)?.content.trashed ?? false),
    ...(root ? {} : { parents: [me.drives.id(drive, file.container)] }),
    spaces: ["drive"],
    // 64-bit numbers are texts.
    version: String(file.version),
    webViewLink: content.kind === "folder" ? `https://drive.google.com/drive/folders/${id}` : link,
    createdTime: new Date(file.createdAt).toISOString(),
    modifiedTime: new Date(file.modifiedAt).toISOString(),
    lastModifyingUser: user(me, content.lastEditor),
    capabilities: { canDownload: content.kind !== "folder", canEdit: true, canReadRevisions: true },
    ...(shared ? { driveId: drive.id } : {
      owners: [user(me, content.owner)],
      ownedByMe: content.owner.address === me.address,
      shared: content.shared,
    }),
    ...(content.kind === "folder" ? {} : { size: String(sizeOf(content)), quotaBytesUsed: "1024" }),
    ...(content.kind === "folder" || native !== undefined ? {} : {
      md5Checksum: hash("md5", id, content.contentVersion).toString(16).padStart(32, "0"),
      originalFilename: content.name,
      webContentLink: `https://drive.google.com/uc?id=${id}&export=download`,
    }),
    ...(native === undefined || content.kind === "folder" || content.kind === "text" ? {} : {
      exportLinks: {
        [MEDIA_TYPES[content.kind]]: exportLink(origin, native.links, id, native.extension),
        "application/pdf": exportLink(origin, native.links, id, "pdf"),
      },
    }),
  };
}

const SIZES = new WeakMap<FileContent, number>();

/** A content's size; contents are never changed, but replaced. */
function sizeOf(content: FileContent): number {
  const size = SIZES.get(content) ?? fileBytes(content).length;
  SIZES.set(content, size);
  return size;
}

/** A shared drive. */
export function driveShape({ id, name, createdAt }: GoogleDrive): Record<string, unknown> {
  return { kind: "drive#drive", id, name, createdTime: new Date(createdAt).toISOString(), hidden: false };
}

function exportLink(origin: string, links: string, id: string, format: string): string {
  return `${origin}/google/feeds/download/${links}/Export?id=${id}&exportFormat=${format}`;
}

function nameOf({ name }: FileContent, native: boolean): string {
  return native ? name.replace(/\.\w+$/, "") : name;
}

function user(me: GoogleUser, { name, address }: Address): Record<string, unknown> {
  return { kind: "drive#user", displayName: name, me: address === me.address, emailAddress: address };
}
