/** A whole cloud on one machine: the app on Redis, the Pub/Sub emulator and Vespa, watched by Prometheus and Grafana. */
import { stringify } from "yaml";

const CLOSED = { read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] };

const COMPOSE = {
  name: "millrace",
  services: {
    app: {
      build: { context: ".." },
      command: ["--insecure-emulator"],
      ...CLOSED,
      tmpfs: ["/tmp"],
      ports: ["127.0.0.1:8000:8000"],
      environment: {
        PUBLIC_URL: "http://app:8000",
        PUBSUB_PROJECT_ID: "millrace-local",
        PUBSUB_EMULATOR_HOST: "pubsub:8085",
        PUBSUB_PUSH_SERVICE_ACCOUNT: "push@millrace-local.iam.gserviceaccount.com",
        REDIS_URL: "redis://redis:6379/0",
        VESPA_ENDPOINT: "http://vespa:8080",
        ENCRYPTION_KEYS: "${ENCRYPTION_KEYS:?k1: and 32 bytes in base64}",
        ADMIN_API_KEY: "${ADMIN_API_KEY:?at least 24 characters}",
        METRICS_TOKEN_FILE: "/run/secrets/metrics_token",
      },
      secrets: ["metrics_token"],
      volumes: ["data:/data"],
      depends_on: {
        redis: { condition: "service_healthy" },
        pubsub: { condition: "service_started" },
        vespa: { condition: "service_healthy" },
      },
      stop_grace_period: "20s",
      restart: "unless-stopped",
    },
    redis: {
      image: "redis:7.4-alpine",
      command: ["redis-server", "--appendonly", "yes", "--maxmemory-policy", "noeviction"],
      volumes: ["redis:/data"],
      healthcheck: { test: ["CMD", "redis-cli", "ping"], interval: "5s" },
      restart: "unless-stopped",
    },
    pubsub: {
      image: "google/cloud-sdk:emulators",
      command: [
        "gcloud",
        "beta",
        "emulators",
        "pubsub",
        "start",
        "--host-port=0.0.0.0:8085",
        "--project=millrace-local",
      ],
      restart: "unless-stopped",
    },
    vespa: {
      image: "vespaengine/vespa:8",
      volumes: ["vespa:/opt/vespa/var"],
      healthcheck: {
        test: ["CMD", "curl", "-fs", "http://localhost:19071/state/v1/health"],
        interval: "10s",
        retries: 30,
      },
      restart: "unless-stopped",
    },
    // Puts the application package in, and ends.
    "vespa-deploy": {
      image: "vespaengine/vespa:8",
      entrypoint: ["/opt/vespa/bin/vespa", "deploy", "--wait", "300", "--target", "http://vespa:19071", "/app"],
      volumes: ["../vespa:/app:ro"],
      depends_on: { vespa: { condition: "service_healthy" } },
      restart: "no",
    },
    prometheus: {
      image: "prom/prometheus:v3.1.0",
      ports: ["127.0.0.1:9090:9090"],
      secrets: ["metrics_token"],
      volumes: ["./prometheus:/etc/prometheus:ro", "prometheus:/prometheus"],
      command: ["--config.file=/etc/prometheus/prometheus.yaml"],
      restart: "unless-stopped",
    },
    grafana: {
      image: "grafana/grafana:11.4.0",
      ports: ["127.0.0.1:3000:3000"],
      environment: { GF_AUTH_ANONYMOUS_ENABLED: "true", GF_AUTH_ANONYMOUS_ORG_ROLE: "Viewer" },
      volumes: ["./grafana/provisioning:/etc/grafana/provisioning:ro", "./grafana/dashboards:/dashboards:ro"],
      depends_on: ["prometheus"],
      restart: "unless-stopped",
    },
  },
  secrets: { metrics_token: { environment: "METRICS_TOKEN" } },
  volumes: { data: {}, redis: {}, vespa: {}, prometheus: {} },
};

const PROMETHEUS = {
  global: { scrape_interval: "30s", evaluation_interval: "30s" },
  rule_files: ["alerts.yaml"],
  scrape_configs: [{
    job_name: "millrace",
    authorization: { type: "Bearer", credentials_file: "/run/secrets/metrics_token" },
    static_configs: [{ targets: ["app:8000"] }],
  }],
};

const DATASOURCES = {
  apiVersion: 1,
  datasources: [{
    name: "Prometheus",
    uid: "prometheus",
    type: "prometheus",
    url: "http://prometheus:9090",
    isDefault: true,
  }],
};

const DASHBOARDS = {
  apiVersion: 1,
  providers: [{ name: "millrace", type: "file", options: { path: "/dashboards" } }],
};

/** The files by name. */
export function composeFiles(): ReadonlyMap<string, string> {
  const text = (value: unknown) => stringify(value, { lineWidth: 0 });
  return new Map([
    ["compose.yaml", text(COMPOSE)],
    ["prometheus/prometheus.yaml", text(PROMETHEUS)],
    ["grafana/provisioning/datasources/prometheus.yaml", text(DATASOURCES)],
    ["grafana/provisioning/dashboards/millrace.yaml", text(DASHBOARDS)],
  ]);
}
