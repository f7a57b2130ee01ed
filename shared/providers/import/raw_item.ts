/** One item of a file, as bytes. */
export interface RawItem {
  /** Where it begins, and where the next one does. */
  readonly offset: number;
  readonly end: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** True when it was longer than is read. */
  readonly cut: boolean;
}
