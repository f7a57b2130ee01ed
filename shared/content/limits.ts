/** How much of a document is read, and how much reading it may cost. */
import { z } from "zod";

/** Limits on one document. Those marked "cut" end the reading and keep what was read; the others refuse the document. */
export const ContentLimits = z.object({
  /** Of the file. */
  file_bytes_max: z.int().positive(),
  /** Files within the file. */
  parts_max: z.int().positive(),
  /** Cut. Of all parts that are read; pictures and the like never are. */
  unpacked_bytes_max: z.int().positive(),
  /** Of one part, unpacked to packed, once it is larger than `ratio_from_bytes`. Office XML stays below 50. */
  ratio_max: z.int().positive(),
  ratio_from_bytes: z.int().positive(),
  /** Open XML elements. */
  depth_max: z.int().positive(),
  /** One text or tag, in characters. */
  token_chars_max: z.int().positive(),
  /** Cut. XML elements of all parts. */
  elements_max: z.int().positive(),
  /** Cut. Entries of each list that has to be remembered: relationships, styles, sheets, slides. */
  list_max: z.int().positive(),
  /** Cut. Rows of a workbook, the empty ones too. */
  rows_max: z.int().positive(),
  /** Cut. Columns of a sheet. */
  columns_max: z.int().positive(),
  /** Cut. Text of a workbook's table of strings. */
  strings_chars_max: z.int().positive(),
  /** Cut. Text of the whole document. */
  text_chars_max: z.int().positive(),
  /** Cut. */
  sections_max: z.int().positive(),
}).readonly();
export type ContentLimits = z.infer<typeof ContentLimits>;

/** The limits of the product: they keep any file within 5 s and 200 MB. */
export const CONTENT_LIMITS: ContentLimits = {
  file_bytes_max: 50_000_000,
  parts_max: 20_000,
  unpacked_bytes_max: 80_000_000,
  ratio_max: 200,
  ratio_from_bytes: 4_000_000,
  depth_max: 400,
  token_chars_max: 4_000_000,
  elements_max: 4_000_000,
  list_max: 70_000,
  rows_max: 200_000,
  columns_max: 1_000,
  strings_chars_max: 4_000_000,
  text_chars_max: 2_000_000,
  sections_max: 10_000,
};

const WATCH_EACH_BYTES = 1_000_000;

/** What is left of a document's limits while it is read. */
export class Budget {
  readonly limits: ContentLimits;
  readonly #watch: () => void;
  #unwatched_bytes = 0;
  #elements = 0;
  #unpacked_bytes = 0;
  #chars = 0;
  #cut = false;

  /** @param watch called for each megabyte that is unpacked; it ends the reading by throwing */
  constructor(limits: ContentLimits, watch: () => void = () => {}) {
    this.limits = limits;
    this.#watch = watch;
  }

  /** Whether something was left out. */
  get truncated(): boolean {
    return this.#cut;
  }

  /** Whether reading is to end: all the rest is left out. */
  get spent(): boolean {
    const { elements_max, unpacked_bytes_max, text_chars_max } = this.limits;
    return this.#chars >= text_chars_max || this.#elements >= elements_max ||
      this.#unpacked_bytes >= unpacked_bytes_max;
  }

  /** Notes that something was left out. */
  cut(): void {
    this.#cut = true;
  }

  /** Whether a list of that many entries is to grow no more, so that what follows is left out. */
  fills(entries: number): boolean {
    if (entries < this.limits.list_max) return false;
    this.#cut = true;
    return true;
  }

  /** Counts an XML element. */
  element(): void {
    this.#elements++;
  }

  /** Counts bytes that were unpacked. */
  unpacked(bytes: number): void {
    this.#unpacked_bytes += bytes;
    this.#unwatched_bytes += bytes;
    if (this.#unwatched_bytes < WATCH_EACH_BYTES) return;
    this.#unwatched_bytes = 0;
    this.#watch();
  }

  /** As much of the text as there is room for. */
  take(text: string): string {
    const room = this.limits.text_chars_max - this.#chars;
    this.#chars += Math.min(text.length, room);
    if (text.length <= room) return text;
    this.#cut = true;
    // Half a character (a lone surrogate) is no text.
    return text.slice(0, room).replace(/[\uD800-\uDBFF]$/, "");
  }
}
