/** A person's data, out and gone: the archive of everything that is held of them, and their erasure everywhere. */
import type { ArchivePorts } from "./archive.ts";

export { type ErasurePorts, type Erasures, openErasures, type Receipt } from "./erase.ts";

/** Writes the archive, and closes the stream at its end. Loaded when first called: few ever ask. */
export async function writeArchive(
  ports: ArchivePorts,
  user_id: string,
  now: Date,
  out: WritableStream<Uint8Array>,
): Promise<void> {
  const archive = await import("./archive.ts");
  await archive.writeArchive(ports, user_id, now, out);
}
