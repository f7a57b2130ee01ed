/** What a deployment of several services consists of: the facts that every form of it is made from. */
import { ServiceName } from "../../shared/contracts/names.ts";
import { GMAIL_SUBSCRIPTION, SUBSCRIPTIONS } from "../../shared/contracts/subscriptions.ts";

/** One service: the same image with its own `SERVICES`. */
export interface DeployedService {
  /** What `SERVICES` says. */
  readonly services: ServiceName;
  /** Its name and that of its service account. */
  readonly name: string;
  /** Whether providers and browsers reach it. */
  readonly public: boolean;
  readonly min: number;
  readonly max: number;
  /** Requests at once of one instance. */
  readonly concurrency: number;
  readonly cpu: string;
  readonly memory: string;
  /** Roles in the project, the least that do. */
  readonly roles: readonly string[];
  /** Secrets by the variable that holds them. */
  readonly secrets: readonly string[];
  /** The subscriptions that are pushed to it. */
  readonly subscriptions: readonly string[];
  /** Whether it writes to the index, or searches it. */
  readonly index: boolean;
}

/** What each consumer needs to publish (refetches, dead letters) and to see its own subscriptions. */
const CONSUMER_ROLES = ["roles/pubsub.publisher", "roles/pubsub.viewer"];

const CONSUMER_SECRETS = ["REDIS_URL", "ENCRYPTION_KEYS"];

const OFFICE_SECRETS = [
  ...CONSUMER_SECRETS,
  "ADMIN_API_KEY",
  "METRICS_TOKEN",
  "MICROSOFT_CLIENT_SECRET",
  "GOOGLE_CLIENT_SECRET",
];

function deployed(services: ServiceName): DeployedService {
  const office = services === "office";
  const own = SUBSCRIPTIONS.filter(({ service }) => service === services);
  const batch = Math.max(...own.map(({ batch_size }) => batch_size));
  return {
    services,
    name: `millrace-${services}`,
    public: office,
    // Office keeps one: a notification is answered within a second, which a cold start would use up.
    min: office ? 1 : 0,
    max: office ? 10 : 20,
    // Ten batch sizes are admitted and queued; that many requests may be open at once.
    concurrency: Math.min(1_000, batch * 10),
    cpu: "1",
    memory: office ? "1Gi" : "512Mi",
    roles: office ? [...CONSUMER_ROLES, "roles/monitoring.viewer"] : CONSUMER_ROLES,
    secrets: office ? OFFICE_SECRETS : CONSUMER_SECRETS,
    subscriptions: [...own.map(({ name }) => name), ...(office ? [GMAIL_SUBSCRIPTION.name] : [])],
    index: office || services === "vespa-loader",
  };
}

/** Every service of the deployment, office first. */
export const DEPLOYED: readonly DeployedService[] = ServiceName.options.map(deployed);
