/** The conference of an event: where it is joined, and the numbers to dial. */
import { z } from "zod";
import { Line, listOf } from "./fields.ts";

const DIAL_IN_MAX = 20;

/** The members of `conferenceData` that are used. */
export const Conference = z.object({
  entryPoints: listOf(z.object({
    entryPointType: Line,
    uri: Line,
    label: Line,
    pin: Line,
    accessCode: Line,
    passcode: Line,
    password: Line,
    meetingCode: Line,
  })),
  conferenceSolution: z.object({ name: Line, key: z.object({ type: Line }).nullish() }).nullish(),
}).nullish();

/** @param hangout the event's older link, which stands alone at times */
export function conferenceFields(conference: z.infer<typeof Conference>, hangout: string) {
  const points = conference?.entryPoints ?? [];
  const of = (type: string) => points.filter((point) => point.entryPointType === type);
  const online_url = of("video")[0]?.uri || hangout || of("more")[0]?.uri || "";
  const said = conference?.conferenceSolution;
  const unsaid = hangout === "" ? "" : "Google Meet";
  return {
    online_url,
    online_provider: online_url === "" ? "" : said?.name || said?.key?.type || unsaid,
    dial_in: of("phone").slice(0, DIAL_IN_MAX).map((point) => {
      const number = point.label || point.uri.replace(/^tel:/i, "");
      const code = point.pin || point.accessCode || point.passcode || point.password || point.meetingCode;
      return code === "" ? number : `${number}, PIN ${code}`;
    }).filter((number) => number !== ""),
  };
}
