/** A Terraform module for Google Cloud: accounts, least roles, secrets' places, services, schedules. */
import { TICK_EVERY_SECONDS } from "../../shared/contracts/schedule.ts";
import { secretName } from "./cloud_run.ts";
import { DEPLOYED } from "./services.ts";

function list(items: readonly string[]): string {
  return `[${items.map((item) => JSON.stringify(item)).join(", ")}]`;
}

function servicesMap(): string {
  const entries = DEPLOYED.map((one) =>
    [
      `    ${JSON.stringify(one.name)} = {`,
      `      services    = ${JSON.stringify(one.services)}`,
      `      ingress     = ${JSON.stringify(one.public ? "INGRESS_TRAFFIC_ALL" : "INGRESS_TRAFFIC_INTERNAL_ONLY")}`,
      `      min         = ${one.min}`,
      `      max         = ${one.max}`,
      `      concurrency = ${one.concurrency}`,
      `      cpu         = ${JSON.stringify(one.cpu)}`,
      `      memory      = ${JSON.stringify(one.memory)}`,
      `      roles       = ${list(one.roles)}`,
      `      secrets     = ${list(one.secrets)}`,
      "    }",
    ].join("\n")
  );
  return entries.join("\n");
}

/** Cron knows nothing shorter than a minute. */
function schedules(): string {
  return Object.entries(TICK_EVERY_SECONDS).map(([tick, seconds]) =>
    `    ${tick.padEnd(9)} = "*/${Math.max(1, seconds / 60)} * * * *"`
  ).join("\n");
}

const SECRETS = [...new Set(DEPLOYED.flatMap(({ secrets }) => secrets))];

const HEAD = "# Made by `deno run scripts/deploy_files.ts`; do not edit.\n";

const MAIN = `${HEAD}
terraform {
  required_version = ">= 1.6"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 6.0"
    }
  }
}

locals {
  services = {
${servicesMap()}
  }

  # Roles of each service's own account, one element each.
  grants = merge([
    for name, service in local.services : { for role in service.roles : "\${name} \${role}" => { name = name, role = role } }
  ]...)

  secrets = {
${SECRETS.map((name) => `    ${name} = ${JSON.stringify(secretName(name))}`).join("\n")}
  }

  # Who may read which secret.
  readers = merge([
    for name, service in local.services : {
      for variable in service.secrets : "\${name} \${variable}" => { name = name, variable = variable }
    }
  ]...)

  ticks = {
${schedules()}
  }
}

resource "google_service_account" "service" {
  for_each     = local.services
  account_id   = each.key
  display_name = "Millrace \${each.value.services}"
}

# Signs pushes and ticks; it may call the services and nothing else.
resource "google_service_account" "push" {
  account_id   = "millrace-push"
  display_name = "Millrace pushes and ticks"
}

resource "google_project_iam_member" "service" {
  for_each = local.grants
  project  = var.project_id
  role     = each.value.role
  member   = "serviceAccount:\${google_service_account.service[each.value.name].email}"
}

# The values are put in by hand: a state file is no place for secrets.
resource "google_secret_manager_secret" "secret" {
  for_each  = local.secrets
  secret_id = each.value
  replication {
    auto {}
  }
}

resource "google_secret_manager_secret_iam_member" "reader" {
  for_each  = local.readers
  secret_id = google_secret_manager_secret.secret[each.value.variable].id
  role      = "roles/secretmanager.secretAccessor"
  member    = "serviceAccount:\${google_service_account.service[each.value.name].email}"
}

resource "google_cloud_run_v2_service" "service" {
  for_each = local.services
  name     = each.key
  location = var.region
  ingress  = each.value.ingress

  template {
    service_account                  = google_service_account.service[each.key].email
    max_instance_request_concurrency = each.value.concurrency
    # The longest ack deadline.
    timeout = "600s"

    scaling {
      min_instance_count = each.value.min
      max_instance_count = each.value.max
    }

    containers {
      image = var.image

      ports {
        container_port = 8000
      }

      resources {
        limits            = { cpu = each.value.cpu, memory = each.value.memory }
        cpu_idle          = each.value.min == 0
        startup_cpu_boost = true
      }

      dynamic "env" {
        for_each = merge(
          {
            SERVICES                    = each.value.services
            PUBLIC_URL                  = each.value.services == "office" ? var.public_url : "https://\${each.key}-\${var.project_number}.\${var.region}.run.app"
            PUBSUB_PROJECT_ID           = var.project_id
            PUBSUB_PUSH_SERVICE_ACCOUNT = google_service_account.push.email
            VESPA_ENDPOINT              = var.vespa_endpoint
            LOG_FORMAT                  = "cloud"
          },
          each.value.services == "office" ? {
            MICROSOFT_CLIENT_ID = var.microsoft_client_id
            GOOGLE_CLIENT_ID    = var.google_client_id
            GMAIL_TOPIC         = google_pubsub_topic.gmail.id
          } : {}
        )
        content {
          name  = env.key
          value = env.value
        }
      }

      dynamic "env" {
        for_each = toset(each.value.secrets)
        content {
          name = env.value
          value_source {
            secret_key_ref {
              secret  = google_secret_manager_secret.secret[env.value].secret_id
              version = "latest"
            }
          }
        }
      }

      startup_probe {
        period_seconds    = 2
        failure_threshold = 30
        http_get {
          path = "/readyz"
        }
      }

      liveness_probe {
        period_seconds = 15
        http_get {
          path = "/healthz"
        }
      }
    }
  }
}

# Providers and browsers come without Google's identity; what needs one checks it itself.
resource "google_cloud_run_v2_service_iam_member" "public" {
  name     = google_cloud_run_v2_service.service["millrace-office"].name
  location = var.region
  role     = "roles/run.invoker"
  member   = "allUsers"
}

resource "google_cloud_run_v2_service_iam_member" "push" {
  for_each = { for name, service in local.services : name => service if service.services != "office" }
  name     = google_cloud_run_v2_service.service[each.key].name
  location = var.region
  role     = "roles/run.invoker"
  member   = "serviceAccount:\${google_service_account.push.email}"
}

# Gmail itself publishes on it.
resource "google_pubsub_topic" "gmail" {
  name = "gmail"
}

resource "google_pubsub_topic_iam_member" "gmail" {
  topic  = google_pubsub_topic.gmail.name
  role   = "roles/pubsub.publisher"
  member = "serviceAccount:gmail-api-push@system.gserviceaccount.com"
}

resource "google_cloud_scheduler_job" "tick" {
  for_each         = local.ticks
  name             = "millrace-\${each.key}"
  region           = var.region
  schedule         = each.value
  attempt_deadline = "320s"

  http_target {
    http_method = "POST"
    uri         = "\${var.public_url}/ticks/\${each.key}"
    oidc_token {
      service_account_email = google_service_account.push.email
      audience              = "\${var.public_url}/ticks/\${each.key}"
    }
  }
}
`;

const VARIABLES = `${HEAD}
variable "project_id" {
  type        = string
  description = "The Google Cloud project."
}

variable "project_number" {
  type        = string
  description = "Its number, which stands in the addresses of Cloud Run."
}

variable "region" {
  type        = string
  description = "Where everything runs, such as europe-west1."
}

variable "image" {
  type        = string
  description = "The image with its tag."
}

variable "public_url" {
  type        = string
  description = "The address at which browsers and providers reach the office service."
}

variable "vespa_endpoint" {
  type        = string
  description = "The Vespa container's address."
}

variable "microsoft_client_id" {
  type        = string
  default     = ""
  description = "The application id of the Entra registration; empty without Microsoft 365."
}

variable "google_client_id" {
  type        = string
  default     = ""
  description = "The OAuth client's id; empty without Google Workspace."
}
`;

const OUTPUTS = `${HEAD}
output "addresses" {
  description = "Where each service answers."
  value       = { for name, service in google_cloud_run_v2_service.service : name => service.uri }
}

output "push_service_account" {
  description = "Signs pushes and ticks: PUBSUB_PUSH_SERVICE_ACCOUNT, and the account of the subscriptions' tokens."
  value       = google_service_account.push.email
}
`;

/** The files by name. */
export function terraformFiles(): ReadonlyMap<string, string> {
  return new Map([["terraform/main.tf", MAIN], ["terraform/variables.tf", VARIABLES], [
    "terraform/outputs.tf",
    OUTPUTS,
  ]]);
}
