/** The variables of each service, with the places of a deployment's own values written as `${NAME}` for envsubst. */
import type { DeployedService } from "./services.ts";

/** Where the image lies. */
export const IMAGE = "${IMAGE}";

/** The service account that pushes and schedules. */
export const PUSH_ACCOUNT = "millrace-push@${PROJECT_ID}.iam.gserviceaccount.com";

/** The plain variables of a service; secrets come beside them. */
export function variablesOf(service: DeployedService, public_url: string): readonly (readonly [string, string])[] {
  return [
    ["SERVICES", service.services],
    ["PUBLIC_URL", public_url],
    ["PUBSUB_PROJECT_ID", "${PROJECT_ID}"],
    ["PUBSUB_PUSH_SERVICE_ACCOUNT", PUSH_ACCOUNT],
    ["VESPA_ENDPOINT", "${VESPA_ENDPOINT}"],
    ["LOG_FORMAT", "cloud"],
    ...(service.services === "office"
      ? [
        ["MICROSOFT_CLIENT_ID", "${MICROSOFT_CLIENT_ID}"],
        ["GOOGLE_CLIENT_ID", "${GOOGLE_CLIENT_ID}"],
        ["GMAIL_TOPIC", "projects/${PROJECT_ID}/topics/gmail"],
      ] as const
      : []),
  ];
}
