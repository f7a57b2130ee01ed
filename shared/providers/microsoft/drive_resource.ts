/** OneDrive as a resource: the Word, Excel and PowerPoint files of a person's own drive. */
import { lookupFiles, readDriveChanges } from "./drive.ts";
import { offeredFolders } from "./offered.ts";
import { type GraphResource, WHOLE } from "./resource.ts";

export const drive: GraphResource = {
  resource: "drive",
  // A file of somebody else that a person put among their own lies in another drive.
  scope: "Files.Read.All",
  read_by: ["files.read", "files.read.all", "files.readwrite", "files.readwrite.all"],
  subscription: {
    path: () => "/me/drive/root",
    watches: (listed) => /(^|\/)drives?(\/[^/]+)?\/root$/i.test(listed),
    change_types: "updated",
    // A little less than 30 days (42,300 minutes).
    life_minutes: 42_290,
    // Business drives ask for the first, personal ones for the second.
    needs: ["files.readwrite.all", "files.readwrite"],
  },
  changes: readDriveChanges,
  lookup: lookupFiles,
  containers: offeredFolders,
  targets: () => WHOLE,
};
