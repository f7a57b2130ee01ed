/** The addresses that others have to be told, and where. */
import type { Config } from "../../shared/contracts/config.ts";

/** One address with the place where it is registered. */
export interface Registered {
  readonly where: string;
  readonly value: string;
}

/** What to register for this `PUBLIC_URL`. */
export function addressesOf({ http, google }: Pick<Config, "http" | "google">): Registered[] {
  const url = http.public_url;
  return [
    {
      where: "Microsoft Entra admin centre › App registrations › Authentication › Web › Redirect URI",
      value: `${url}/oauth/microsoft/callback`,
    },
    {
      where: "Google Cloud console › APIs & Services › Credentials › OAuth client › Authorized redirect URIs",
      value: `${url}/oauth/google/callback`,
    },
    ...(google.gmail_topic === "" ? [] : [{
      where: "GMAIL_TOPIC: gmail-api-push@system.gserviceaccount.com may publish on it",
      value: google.gmail_topic,
    }]),
    { where: "Reachable for Microsoft Graph, without sign-in", value: `${url}/webhooks/microsoft` },
    { where: "Reachable for Google Calendar and Drive, without sign-in", value: `${url}/webhooks/google` },
    { where: "Reachable for Pub/Sub and the scheduler, which sign in by token", value: `${url}/push, ${url}/ticks` },
  ];
}
