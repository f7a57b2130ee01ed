/** Plain Kubernetes manifests: `envsubst < … | kubectl apply -f -`. */
import { stringify } from "yaml";
import { TICK_EVERY_SECONDS } from "../../shared/contracts/schedule.ts";
import { networkPolicies } from "./network_policies.ts";
import { DEPLOYED, type DeployedService } from "./services.ts";
import { IMAGE, variablesOf } from "./variables.ts";

const NAMESPACE = "millrace";

/** Where secrets lie, one key for each variable. */
const SECRET = "millrace";

/** Nobody of the machine, as the image's USER. */
const USER = 65_532;

const CURL = "curlimages/curl:8.10.1";

function labels(one: DeployedService) {
  return { "app.kubernetes.io/part-of": "millrace", "app.kubernetes.io/name": one.name };
}

function secret(name: string) {
  return { name, valueFrom: { secretKeyRef: { name: SECRET, key: name } } };
}

const CLOSED = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } };
const NOBODY = { runAsNonRoot: true, runAsUser: USER, runAsGroup: USER, seccompProfile: { type: "RuntimeDefault" } };

function deployment(one: DeployedService) {
  const probe = (path: string) => ({ httpGet: { path, port: "http" } });
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: one.name, namespace: NAMESPACE, labels: labels(one) },
    spec: {
      replicas: Math.max(1, one.min),
      selector: { matchLabels: labels(one) },
      template: {
        metadata: {
          labels: labels(one),
          annotations: { "prometheus.io/scrape": "true", "prometheus.io/port": "8000" },
        },
        spec: {
          serviceAccountName: one.name,
          automountServiceAccountToken: false,
          // More than the 8 s that an instance takes to finish what is in flight.
          terminationGracePeriodSeconds: 20,
          securityContext: { ...NOBODY, fsGroup: USER },
          containers: [{
            name: "millrace",
            image: IMAGE,
            ports: [{ name: "http", containerPort: 8000 }],
            env: [
              ...variablesOf(one, "${PUBLIC_URL}").map(([name, value]) => ({ name, value })),
              ...one.secrets.map(secret),
            ],
            securityContext: CLOSED,
            resources: { requests: { cpu: "250m", memory: one.memory }, limits: { memory: one.memory } },
            startupProbe: { ...probe("/healthz"), periodSeconds: 1, failureThreshold: 60 },
            readinessProbe: { ...probe("/readyz"), periodSeconds: 5 },
            livenessProbe: { ...probe("/healthz"), periodSeconds: 15 },
            volumeMounts: [{ name: "data", mountPath: "/data" }],
          }],
          volumes: [{ name: "data", emptyDir: {} }],
        },
      },
    },
  };
}

function account(one: DeployedService) {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: {
      name: one.name,
      namespace: NAMESPACE,
      annotations: { "iam.gke.io/gcp-service-account": `${one.name}@\${PROJECT_ID}.iam.gserviceaccount.com` },
    },
  };
}

function clusterService(one: DeployedService) {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: one.name, namespace: NAMESPACE, labels: labels(one) },
    spec: { selector: labels(one), ports: [{ name: "http", port: 80, targetPort: "http" }] },
  };
}

/** More instances when the oldest message waits for long, not when there are many: a burst may be over in a second. */
function autoscaler(one: DeployedService) {
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: one.name, namespace: NAMESPACE },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: one.name },
      minReplicas: Math.max(1, one.min),
      maxReplicas: one.max,
      metrics: one.subscriptions.map((subscription) => ({
        type: "External",
        external: {
          metric: {
            name: "pubsub.googleapis.com|subscription|oldest_unacked_message_age",
            selector: { matchLabels: { "resource.labels.subscription_id": subscription } },
          },
          target: { type: "Value", value: "30" },
        },
      })),
    },
  };
}

/** Providers, browsers and Pub/Sub come by one host; a push goes to the service that serves its subscription. */
function ingress() {
  const path = (one: DeployedService, path: string, pathType: "Exact" | "Prefix") => ({
    path,
    pathType,
    backend: { service: { name: one.name, port: { name: "http" } } },
  });
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "millrace", namespace: NAMESPACE },
    spec: {
      tls: [{ hosts: ["${PUBLIC_HOST}"], secretName: "millrace-tls" }],
      rules: [{
        host: "${PUBLIC_HOST}",
        http: {
          paths: DEPLOYED.flatMap((one) =>
            one.public
              ? [path(one, "/", "Prefix")]
              : one.subscriptions.map((subscription) => path(one, `/push/${subscription}`, "Exact"))
          ),
        },
      }],
    },
  };
}

/** Slices follow each other until one says that there is no more, for less than a minute. */
function tickScript(url: string): string {
  return [
    "for slice in $(seq 20); do answer=$(curl --silent --show-error --fail --max-time 50 --request POST \\",
    `  --header "Authorization: Bearer $ADMIN_API_KEY" ${url}) || exit 1`,
    'case "$answer" in *\'"more":true\'*) ;; *) exit 0 ;; esac; done',
  ].join("\n");
}

function cronJob(tick: keyof typeof TICK_EVERY_SECONDS) {
  // Cron knows nothing shorter than a minute; what rides along with requests makes up for it.
  const minutes = Math.max(1, TICK_EVERY_SECONDS[tick] / 60);
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: `millrace-${tick}`, namespace: NAMESPACE },
    spec: {
      schedule: `*/${minutes} * * * *`,
      concurrencyPolicy: "Forbid",
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        spec: {
          backoffLimit: 0,
          activeDeadlineSeconds: 300,
          template: {
            metadata: {
              labels: { "app.kubernetes.io/part-of": "millrace", "app.kubernetes.io/name": "millrace-tick" },
            },
            spec: {
              restartPolicy: "Never",
              automountServiceAccountToken: false,
              securityContext: NOBODY,
              containers: [{
                name: "tick",
                image: CURL,
                env: [secret("ADMIN_API_KEY")],
                command: ["/bin/sh", "-c", tickScript(`http://millrace-office.${NAMESPACE}/ticks/${tick}`)],
                securityContext: CLOSED,
                resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "32Mi" } },
              }],
            },
          },
        },
      },
    },
  };
}

function documents(all: readonly unknown[]): string {
  return all.map((one) => stringify(one, { lineWidth: 0 })).join("---\n");
}

/** The files by name. */
export function kubernetesFiles(): ReadonlyMap<string, string> {
  const ticks = Object.keys(TICK_EVERY_SECONDS) as (keyof typeof TICK_EVERY_SECONDS)[];
  return new Map([
    [
      "kubernetes/namespace.yaml",
      documents([{
        apiVersion: "v1",
        kind: "Namespace",
        metadata: {
          name: NAMESPACE,
          labels: {
            "pod-security.kubernetes.io/enforce": "restricted",
          },
        },
      }]),
    ],
    ...DEPLOYED.map((one): [string, string] => [
      `kubernetes/${one.services}.yaml`,
      documents([account(one), deployment(one), clusterService(one), autoscaler(one)]),
    ]),
    ["kubernetes/ingress.yaml", documents([ingress()])],
    ["kubernetes/ticks.yaml", documents(ticks.map(cronJob))],
    ["kubernetes/network.yaml", documents(networkPolicies(NAMESPACE))],
  ]);
}
