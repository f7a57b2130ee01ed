/**
 * What a Google Cloud project needs beside topics and subscriptions: APIs, who may do what, and what calls the ticks.
 * Only printed: nothing here was run against Google.
 */
import { TICK_EVERY_SECONDS } from "../../shared/contracts/schedule.ts";
import type { Topology } from "../../shared/bus/port.ts";

/** What the commands are about. */
export interface CloudPlan {
  readonly project_id: string;
  readonly topic_prefix: string;
  readonly public_url: string;
  /** The account that signs pushes and ticks. */
  readonly push_service_account: string;
  /** The audience of their tokens; `""` for each address itself. */
  readonly audience: string;
  readonly gmail_topic: string;
  readonly topology: Topology;
}

/** Cloud Scheduler calls once a minute at most. */
function cronOf(seconds: number): string {
  const minutes = Math.max(1, Math.round(seconds / 60));
  return minutes === 1 ? "* * * * *" : `*/${minutes} * * * *`;
}

const AGENT = "serviceAccount:service-${PROJECT_NUMBER}@gcp-sa-pubsub.iam.gserviceaccount.com";
const RUNTIME = "serviceAccount:${MILLRACE_ACCOUNT}";
const GMAIL = "serviceAccount:gmail-api-push@system.gserviceaccount.com";

/** First: what the others rest on. */
export function beforeCommands({ project_id, gmail_topic }: CloudPlan): string[] {
  return [
    `# The account that instances run as: set MILLRACE_ACCOUNT to its e-mail address.`,
    `PROJECT_NUMBER=$(gcloud projects describe ${project_id} --format='value(projectNumber)')`,
    `gcloud services enable pubsub.googleapis.com cloudscheduler.googleapis.com monitoring.googleapis.com` +
    ` --project=${project_id}`,
    ...(gmail_topic === "" ? [] : [`gcloud pubsub topics create ${gmail_topic} # unless it is there`]),
  ];
}

/** After topics and subscriptions: the least that each account needs, and the schedule. */
export function afterCommands(plan: CloudPlan): string[] {
  const { project_id, topic_prefix, push_service_account, gmail_topic, topology } = plan;
  const onTopic = (topic: string, member: string, role: string) =>
    `gcloud pubsub topics add-iam-policy-binding ${topic} --project=${project_id} --member="${member}" --role=${role}`;
  const onSubscription = (name: string, member: string) =>
    `gcloud pubsub subscriptions add-iam-policy-binding ${topic_prefix}${name} --project=${project_id}` +
    ` --member="${member}" --role=roles/pubsub.subscriber`;
  const withDeadLetters = topology.subscriptions.filter(({ max_delivery_attempts }) => max_delivery_attempts > 0);
  return [
    "# Instances publish on every topic, look at what is there, and can seek a subscription.",
    ...topology.topics.map(({ name }) => onTopic(`${topic_prefix}${name}`, RUNTIME, "roles/pubsub.publisher")),
    ...topology.subscriptions.map(({ name }) => onSubscription(name, RUNTIME)),
    ...["roles/pubsub.viewer", "roles/monitoring.viewer"].map((role) =>
      `gcloud projects add-iam-policy-binding ${project_id} --member="${RUNTIME}" --role=${role} --condition=None`
    ),
    "# Pub/Sub itself forwards what can't be delivered, and signs pushes in the name of the push account.",
    onTopic(`${topic_prefix}dead-letters`, AGENT, "roles/pubsub.publisher"),
    ...withDeadLetters.map(({ name }) => onSubscription(name, AGENT)),
    ...(push_service_account === "" ? [] : [
      `gcloud iam service-accounts add-iam-policy-binding ${push_service_account} --project=${project_id}` +
      ` --member="${AGENT}" --role=roles/iam.serviceAccountTokenCreator`,
    ]),
    ...(gmail_topic === "" ? [] : [
      "# Gmail publishes its notifications.",
      `gcloud pubsub topics add-iam-policy-binding ${gmail_topic} --member="${GMAIL}" --role=roles/pubsub.publisher`,
    ]),
    "# Cloud Scheduler calls the ticks. What is due more often than once a minute rides along with other requests.",
    ...Object.entries(TICK_EVERY_SECONDS).map(([name, seconds]) => tickCommand(plan, name, seconds)),
  ];
}

function tickCommand(plan: CloudPlan, name: string, seconds: number): string {
  const uri = `${plan.public_url}/ticks/${name}`;
  return [
    `gcloud scheduler jobs create http ${plan.topic_prefix}millrace-${name} --project=${plan.project_id}`,
    `--schedule="${cronOf(seconds)}" --uri=${uri} --http-method=POST --attempt-deadline=120s`,
    ...(plan.push_service_account === "" ? [] : [
      `--oidc-service-account-email=${plan.push_service_account} --oidc-token-audience=${plan.audience || uri}`,
    ]),
  ].join(" ");
}
