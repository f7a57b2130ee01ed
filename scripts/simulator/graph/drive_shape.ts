import { hash } from "../chance.ts";
import { type FileContent, ROOT, type StoredFile } from "../drive/store.ts";
import { fileBytes, MEDIA_TYPES } from "../drive/file_bytes.ts";
import type { Address } from "../content/mail.ts";
import type { GraphDeps, MicrosoftUser } from "./context.ts";
import { time } from "./message_shape.ts";

/** Which of its two forms a drive item has: delta leaves some members out (PROTOCOLS B2). */
export type DriveForm = "item" | "delta";

const SIZES = new WeakMap<FileContent, number>();

/** Size in bytes, composed once for each content. */
export function sizeOf(content: FileContent): number {
  if (content.kind === "folder") return 0;
  const known = SIZES.get(content) ?? fileBytes(content).length;
  SIZES.set(content, known);
  return known;
}

/** A file or folder as Graph shows it. */
export function itemShape(
  me: MicrosoftUser,
  item: StoredFile,
  form: DriveForm,
  deps: GraphDeps,
): Record<string, unknown> {
  const { drive } = me.desk;
  const { content } = item;
  const isRoot = item.number === ROOT;
  const { driveType } = deps.faults;
  const guid = `{${
    hash("guid", me.user, item.number).toString(16).toUpperCase().padStart(8, "0")
  }-D20D-46B9-AD41-23B8868DDA8A}`;
  const url = `https://drive.example/personal/${me.user}/Documents`;
  const names = isRoot ? [] : [...drive.path(item), content.name].map(encodeURIComponent);
  const common = {
    // Delta of a business drive leaves the tag of the content out.
    ...(form === "delta" && driveType === "business" ? {} : { cTag: `"c:${guid},${content.contentVersion}"` }),
    createdBy: { user: user(me, content.owner) },
    createdDateTime: time(item.createdAt),
    eTag: `"${guid},${item.version}"`,
    id: me.ids.item("drive", item.number),
    lastModifiedBy: { user: user(me, content.lastEditor) },
    lastModifiedDateTime: time(item.modifiedAt),
    name: content.name,
    size: sizeOf(content),
    webUrl: [url, ...names].join("/"),
    fileSystemInfo: { createdDateTime: time(item.createdAt), lastModifiedDateTime: time(item.modifiedAt) },
    parentReference: isRoot ? { driveId: me.ids.container("drive", 0), driveType } : {
      driveId: me.ids.container("drive", 0),
      driveType,
      id: me.ids.item("drive", item.container),
      ...(form === "delta" ? {} : { path: ["/drive/root:", ...drive.path(item)].join("/") }),
    },
  };
  if (isRoot) return { ...common, root: {}, folder: { childCount: drive.children(item).length } };
  const shared = content.shared ? { shared: { scope: "users" } } : {};
  if (content.kind === "folder") return { ...common, folder: { childCount: drive.children(item).length }, ...shared };
  const digest = hash("quick xor", content.word, content.contentVersion).toString(16).padStart(8, "0");
  return {
    ...common,
    file: { mimeType: MEDIA_TYPES[content.kind], hashes: { quickXorHash: `${digest}AAAA=` } },
    ...shared,
  };
}

/** An item that is gone, as delta shows it. */
export function deletedShape(me: MicrosoftUser, item: StoredFile, deps: GraphDeps): Record<string, unknown> {
  const { driveType } = deps.faults;
  const kind = item.content.kind === "folder" ? { folder: {} } : { file: {} };
  const parent = { driveId: me.ids.container("drive", 0), driveType, id: me.ids.item("drive", item.container) };
  // Business drives leave the name out, personal ones the size.
  const more = driveType === "business" ? { size: 0 } : { name: item.content.name };
  return {
    id: me.ids.item("drive", item.number),
    ...more,
    ...kind,
    parentReference: parent,
    deleted: { state: "deleted" },
  };
}

function user(me: MicrosoftUser, { name, address }: Address): Record<string, unknown> {
  const id = address === me.address ? me.objectId : `u${hash("person", address).toString(16)}`;
  return { id, displayName: name, email: address };
}
