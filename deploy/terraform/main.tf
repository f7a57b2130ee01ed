# Made by `deno run scripts/deploy_files.ts`; do not edit.

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
    "millrace-office" = {
      services    = "office"
      ingress     = "INGRESS_TRAFFIC_ALL"
      min         = 1
      max         = 10
      concurrency = 200
      cpu         = "1"
      memory      = "1Gi"
      roles       = ["roles/pubsub.publisher", "roles/pubsub.viewer", "roles/monitoring.viewer"]
      secrets     = ["REDIS_URL", "ENCRYPTION_KEYS", "ADMIN_API_KEY", "METRICS_TOKEN", "MICROSOFT_CLIENT_SECRET", "GOOGLE_CLIENT_SECRET"]
    }
    "millrace-vespa-loader" = {
      services    = "vespa-loader"
      ingress     = "INGRESS_TRAFFIC_INTERNAL_ONLY"
      min         = 0
      max         = 20
      concurrency = 500
      cpu         = "1"
      memory      = "512Mi"
      roles       = ["roles/pubsub.publisher", "roles/pubsub.viewer"]
      secrets     = ["REDIS_URL", "ENCRYPTION_KEYS"]
    }
    "millrace-contact-discovery" = {
      services    = "contact-discovery"
      ingress     = "INGRESS_TRAFFIC_INTERNAL_ONLY"
      min         = 0
      max         = 20
      concurrency = 1000
      cpu         = "1"
      memory      = "512Mi"
      roles       = ["roles/pubsub.publisher", "roles/pubsub.viewer"]
      secrets     = ["REDIS_URL", "ENCRYPTION_KEYS"]
    }
    "millrace-meetings" = {
      services    = "meetings"
      ingress     = "INGRESS_TRAFFIC_INTERNAL_ONLY"
      min         = 0
      max         = 20
      concurrency = 250
      cpu         = "1"
      memory      = "512Mi"
      roles       = ["roles/pubsub.publisher", "roles/pubsub.viewer"]
      secrets     = ["REDIS_URL", "ENCRYPTION_KEYS"]
    }
    "millrace-shipments" = {
      services    = "shipments"
      ingress     = "INGRESS_TRAFFIC_INTERNAL_ONLY"
      min         = 0
      max         = 20
      concurrency = 500
      cpu         = "1"
      memory      = "512Mi"
      roles       = ["roles/pubsub.publisher", "roles/pubsub.viewer"]
      secrets     = ["REDIS_URL", "ENCRYPTION_KEYS"]
    }
    "millrace-dead-letters" = {
      services    = "dead-letters"
      ingress     = "INGRESS_TRAFFIC_INTERNAL_ONLY"
      min         = 0
      max         = 20
      concurrency = 200
      cpu         = "1"
      memory      = "512Mi"
      roles       = ["roles/pubsub.publisher", "roles/pubsub.viewer"]
      secrets     = ["REDIS_URL", "ENCRYPTION_KEYS"]
    }
  }

  # Roles of each service's own account, one element each.
  grants = merge([
    for name, service in local.services : { for role in service.roles : "${name} ${role}" => { name = name, role = role } }
  ]...)

  secrets = {
    REDIS_URL = "millrace-redis-url"
    ENCRYPTION_KEYS = "millrace-encryption-keys"
    ADMIN_API_KEY = "millrace-admin-api-key"
    METRICS_TOKEN = "millrace-metrics-token"
    MICROSOFT_CLIENT_SECRET = "millrace-microsoft-client-secret"
    GOOGLE_CLIENT_SECRET = "millrace-google-client-secret"
  }

  # Who may read which secret.
  readers = merge([
    for name, service in local.services : {
      for variable in service.secrets : "${name} ${variable}" => { name = name, variable = variable }
    }
  ]...)

  ticks = {
    renewals  = "*/1 * * * *"
    polls     = "*/1 * * * *"
    reconcile = "*/5 * * * *"
    sweeps    = "*/1 * * * *"
  }
}

resource "google_service_account" "service" {
  for_each     = local.services
  account_id   = each.key
  display_name = "Millrace ${each.value.services}"
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
  member   = "serviceAccount:${google_service_account.service[each.value.name].email}"
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
  member    = "serviceAccount:${google_service_account.service[each.value.name].email}"
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
            PUBLIC_URL                  = each.value.services == "office" ? var.public_url : "https://${each.key}-${var.project_number}.${var.region}.run.app"
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
  member   = "serviceAccount:${google_service_account.push.email}"
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
  name             = "millrace-${each.key}"
  region           = var.region
  schedule         = each.value
  attempt_deadline = "320s"

  http_target {
    http_method = "POST"
    uri         = "${var.public_url}/ticks/${each.key}"
    oidc_token {
      service_account_email = google_service_account.push.email
      audience              = "${var.public_url}/ticks/${each.key}"
    }
  }
}
