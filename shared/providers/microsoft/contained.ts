/** The one way of reading all resources that Graph keeps in containers. */
import type { ChangePage, ItemName, LookedUp } from "../port.ts";
import type { ContainedKind } from "./kind.ts";
import { parseCursor } from "./cursor.ts";
import { lookupItems } from "./lookup.ts";
import { offeredContainers } from "./offered.ts";
import type { GraphResource, Reading } from "./resource.ts";
import { readContained } from "./walk.ts";

/** The changes and lookups of such a resource. */
export function contained(kind: ContainedKind): Pick<GraphResource, "changes" | "lookup" | "containers"> {
  return {
    changes: (reading: Reading, cursor: string, urgent = false): Promise<ChangePage> =>
      readContained(kind, reading, cursor, urgent),
    lookup: (reading: Reading, items: readonly ItemName[], cursor: string): Promise<readonly LookedUp[]> =>
      lookupItems(kind, reading, items, cursor),
    containers: (reading) => offeredContainers(kind, reading),
  };
}

/** The containers that are read, as the cursor knows them. */
export function containersRead(cursor: string): string[] {
  return parseCursor(cursor).containers.filter((container) => !container.out).map((container) => container.id);
}
