/** What all requests to the Drive API have in common. */
import { z } from "zod";
import { away } from "../http.ts";
import type { Extract } from "../office_file.ts";
import type { ProviderResponse } from "../port.ts";
import { googleReasons } from "../verdict.ts";
import { MY_DRIVE } from "./drive_cursor.ts";
import { refusedBy } from "./errors.ts";
import type { GoogleReader } from "./resource.ts";

/** What the reader of drives works with. */
export interface DriveReader extends GoogleReader {
  readonly extract: Extract;
}

const StartToken = z.object({ startPageToken: z.union([z.string().min(1), z.number().transform(String)]) });

/** A query without the parameters that are empty. */
export function queryOf(parameters: Readonly<Record<string, string>>): URLSearchParams {
  return new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== ""));
}

/** The parameters by which a shared drive's log is meant, or the person's own. */
export function logParameters(drive: string): Record<string, string> {
  return {
    supportsAllDrives: "true",
    includeItemsFromAllDrives: "true",
    includeRemoved: "true",
    driveId: drive === MY_DRIVE ? "" : drive,
  };
}

/** Where a drive's log of changes goes on from now; null when a shared drive is out of reach. */
export async function startToken(
  { urls, mailbox }: Pick<DriveReader, "urls" | "mailbox">,
  drive: string,
): Promise<string | null> {
  const query = queryOf({ supportsAllDrives: "true", driveId: drive === MY_DRIVE ? "" : drive });
  const answer = await mailbox.request(`${urls.drive}/changes/startPageToken?${query}`);
  if (drive !== MY_DRIVE && isLost(answer)) return null;
  if (answer.status !== 200) throw refusedBy(answer, "begin to follow the files");
  return parsed(StartToken, answer, "a page token").startPageToken;
}

/** Whether a drive's log or listing can't be gone on with: the token is no good, or the drive is out of reach. */
export function isLost({ status, json }: ProviderResponse): boolean {
  if (status === 403) return googleReasons(json).includes("teamDriveMembershipRequired");
  return status === 400 || status === 404 || status === 410;
}

/** The JSON of an answer. @throws TransientError `provider_away` when it is not what it should be */
export function parsed<T>(schema: z.ZodType<T>, answer: ProviderResponse, what: string): T {
  const result = schema.safeParse(answer.json);
  if (!result.success) throw away(`Drive's answer is not ${what}`, result.error);
  return result.data;
}
