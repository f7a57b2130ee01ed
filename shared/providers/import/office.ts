/** A Word, Excel or PowerPoint file as a document. */
import type { ContentKind } from "../../content/extracted.ts";
import type { ImportFile } from "../../contracts/imports.ts";
import { DOC_TYPE_OF, type Extract as ExtractText, FILE_BYTES_MAX, textOfFile, tooLarge } from "../office_file.ts";
import type { UnboundDocument } from "../port.ts";
import { tidy } from "../text.ts";
import type { ByteSource } from "./shelf.ts";

const MIME_TYPES = {
  word: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  sheet: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  presentation: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
} as const satisfies Record<ContentKind, string>;

/** The document of a file: its name and folders are those that it was given with. */
export async function officeDocumentOf(
  source: ByteSource,
  kind: ContentKind,
  file: Pick<ImportFile, "name" | "modified_at" | "created_at">,
  extract: ExtractText,
): Promise<UnboundDocument> {
  const folders = tidy(file.name).split("/");
  const title = folders.pop() ?? "";
  const text = source.size > FILE_BYTES_MAX
    ? tooLarge()
    : await textOfFile(extract, await source.read(0, source.size), kind);
  return {
    doc_type: DOC_TYPE_OF[kind],
    provider: "import",
    provider_id: file.name,
    container: "",
    title,
    url: "",
    last_updated: file.modified_at || file.created_at,
    ...text,
    mime_type: MIME_TYPES[kind],
    size_bytes: source.size,
    path: folders.join("/"),
    shared: false,
    owners: [],
    last_editor: { name: "", address: "" },
    created_at: "",
  };
}
