/** The services of a deployment as lines of `docker run`, as docs/operations.md shows them. */
import { DEPLOYED } from "./services.ts";

/** One line a service, the same image each. */
export function dockerLines(): string {
  return DEPLOYED.map(({ services, name }) =>
    `docker run -d --name ${name} --read-only --tmpfs /tmp --cap-drop ALL --env-file cloud.env -e SERVICES=${services} millrace:0.1.0`
  ).join("\n");
}
