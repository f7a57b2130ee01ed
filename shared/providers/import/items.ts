/** The items of a file: found by cheap scanning, read one by one later, for reading is where a hostile one does harm. */
import type { ImportFile } from "../../contracts/imports.ts";
import { fileKey } from "../../contracts/imports.ts";
import type { Extract } from "../office_file.ts";
import type { UnboundDocument } from "../port.ts";
import { loadHtmlToText } from "../text.ts";
import { blocksOf, preambleOf } from "./blocks.ts";
import { MESSAGE_BYTES_MAX, messagesOf } from "./mbox.ts";
import type { RawItem } from "./raw_item.ts";
import type { ByteSource, Shelf, ShelfPlace } from "./shelf.ts";

/** An item of a file. */
export interface FoundItem {
  /** The Message-ID, UID or path; something of our own for what has none. */
  readonly provider_id: string;
  readonly offset: number;
  /** Where the next one begins. */
  readonly end: number;
  /** The document, or a stable word, a colon and a sentence. It throws for what its parser does not understand. */
  read(): Promise<UnboundDocument | string>;
}

/** What reading files needs. */
export interface ItemReader {
  readonly shelf: Shelf;
  readonly extract: Extract;
}

/** The items from an offset on. What a person deleted long ago is not among them. */
export function itemsOf(
  reader: ItemReader,
  place: ShelfPlace,
  file: ImportFile,
  source: ByteSource,
  offset: number,
): AsyncGenerator<FoundItem> {
  switch (file.format) {
    case "mbox":
      return mailItems(file, messagesOf(source, offset));
    case "eml":
      return mailItems(file, wholeFile(source));
    case "ics":
      return eventItems(file, source, offset);
    case "vcf":
      return cardItems(file, source, offset);
    case "word":
    case "sheet":
    case "presentation":
      return officeItems(reader, place, { ...file, format: file.format }, source);
  }
}

async function* wholeFile(source: ByteSource): AsyncGenerator<RawItem> {
  const bytes = await source.read(0, MESSAGE_BYTES_MAX);
  yield { offset: 0, end: source.size, bytes, cut: source.size > MESSAGE_BYTES_MAX };
}

async function* mailItems(file: ImportFile, messages: AsyncGenerator<RawItem>): AsyncGenerator<FoundItem> {
  const { emailOf, mailHeadOf } = await import("./mail.ts");
  const folder = file.format === "mbox" ? baseName(file.name) : "";
  for await (const item of messages) {
    const head = await mailHeadOf(item);
    if (head.deleted) continue;
    const { offset, end } = item;
    const read = async () => await emailOf(item, head, folder, await loadHtmlToText());
    yield { provider_id: head.provider_id, offset, end, read };
  }
}

async function* eventItems(file: ImportFile, source: ByteSource, offset: number): AsyncGenerator<FoundItem> {
  const { calendarFileOf, eventIdOf, eventOf } = await import("./event.ts");
  const calendar = calendarFileOf(await preambleOf(source), baseName(file.name));
  for await (const item of blocksOf(source, offset, "VEVENT")) {
    const text = new TextDecoder().decode(item.bytes);
    const provider_id = eventIdOf(text) || unnamed(file, item);
    const read = async () => item.cut ? TOO_LARGE : eventOf(text, provider_id, calendar, await loadHtmlToText());
    yield { provider_id, offset: item.offset, end: item.end, read };
  }
}

async function* cardItems(file: ImportFile, source: ByteSource, offset: number): AsyncGenerator<FoundItem> {
  const { cardIdOf, contactOf } = await import("./card.ts");
  for await (const item of blocksOf(source, offset, "VCARD")) {
    const text = new TextDecoder().decode(item.bytes);
    const provider_id = await cardIdOf(text) || unnamed(file, item);
    const read = () => Promise.resolve().then(() => item.cut ? TOO_LARGE : contactOf(text, provider_id));
    yield { provider_id, offset: item.offset, end: item.end, read };
  }
}

async function* officeItems(
  { shelf, extract }: ItemReader,
  place: ShelfPlace,
  file: ImportFile & { readonly format: "word" | "sheet" | "presentation" },
  { size }: ByteSource,
): AsyncGenerator<FoundItem> {
  const { officeDocumentOf } = await import("./office.ts");
  const read = async () => {
    // Opened again: the page's own sources are closed before its items are read.
    const source = await shelf.open(place);
    if (source === null) return "file_gone: The file is not there any more.";
    try {
      return await officeDocumentOf(source, file.format, file, extract);
    } finally {
      source.close();
    }
  };
  yield { provider_id: file.name, offset: 0, end: size, read };
}

const TOO_LARGE = "too_large: It is larger than 4 MB.";

function unnamed(file: ImportFile, { offset }: RawItem): string {
  return `${fileKey(file)}@${offset}`;
}

/** A name without folders and ending. */
function baseName(name: string): string {
  return (name.split("/").at(-1) ?? "").replace(/\.(mbox|mbx|ics|vcf)$/i, "");
}
