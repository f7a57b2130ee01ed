/** What a drive is read with. */
import type { Extract } from "../office_file.ts";
import type { Reading } from "./resource.ts";

/** A drive is read through a mailbox, and its files through the extractor. */
export interface DriveReading extends Reading {
  readonly extract: Extract;
}
