/** OneDrive as a resource: the Word, Excel and PowerPoint files of a person's own drive. */
import type { Extract } from "../office_file.ts";
import { lookupFiles, readDriveChanges } from "./drive.ts";
import { type GraphResource, WHOLE } from "./resource.ts";

/** @param extract reads the text of a file */
export function openDrive(extract: Extract): GraphResource {
  return {
    resource: "drive",
    scope: "Files.Read",
    read_by: ["files.read", "files.read.all", "files.readwrite", "files.readwrite.all"],
    subscription: {
      path: () => "/me/drive/root",
      watches: (listed) => /\/drive\/root$/i.test(listed) || /^\/?drives\/[^/]+\/root$/i.test(listed),
      change_types: "updated",
      // A little less than 30 days (42,300 minutes).
      life_minutes: 42_290,
      // Business drives ask for the first, personal ones for the second.
      needs: ["files.readwrite.all", "files.readwrite"],
    },
    changes: (reading, cursor) => readDriveChanges({ ...reading, extract }, cursor),
    lookup: (reading, items, cursor) => lookupFiles({ ...reading, extract }, items, cursor),
    targets: () => WHOLE,
  };
}
