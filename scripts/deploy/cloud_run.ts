/** Cloud Run: one service each, by `gcloud run services replace`. */
import { stringify } from "yaml";
import { DEPLOYED, type DeployedService } from "./services.ts";
import { IMAGE, variablesOf } from "./variables.ts";

function secret(name: string) {
  return { name, valueFrom: { secretKeyRef: { name: secretName(name), key: "latest" } } };
}

/** `REDIS_URL` → `millrace-redis-url`. */
export function secretName(variable: string): string {
  return `millrace-${variable.toLowerCase().replaceAll("_", "-")}`;
}

function service(one: DeployedService) {
  const url = one.public ? "${PUBLIC_URL}" : `https://${one.name}-\${PROJECT_NUMBER}.\${REGION}.run.app`;
  const probe = (path: string) => ({ httpGet: { path, port: 8000 } });
  return {
    apiVersion: "serving.knative.dev/v1",
    kind: "Service",
    metadata: {
      name: one.name,
      // Pub/Sub and Cloud Scheduler of the same project count as internal.
      annotations: { "run.googleapis.com/ingress": one.public ? "all" : "internal" },
    },
    spec: {
      template: {
        metadata: {
          annotations: {
            "autoscaling.knative.dev/minScale": String(one.min),
            "autoscaling.knative.dev/maxScale": String(one.max),
            "run.googleapis.com/startup-cpu-boost": "true",
            // Where instances are kept, work goes on between requests.
            "run.googleapis.com/cpu-throttling": one.min > 0 ? "false" : "true",
          },
        },
        spec: {
          serviceAccountName: `${one.name}@\${PROJECT_ID}.iam.gserviceaccount.com`,
          containerConcurrency: one.concurrency,
          // The longest ack deadline.
          timeoutSeconds: 600,
          containers: [{
            image: IMAGE,
            ports: [{ containerPort: 8000 }],
            env: [
              ...variablesOf(one, url).map(([name, value]) => ({ name, value })),
              ...one.secrets.map(secret),
            ],
            resources: { limits: { cpu: one.cpu, memory: one.memory } },
            startupProbe: { ...probe("/readyz"), periodSeconds: 2, failureThreshold: 30 },
            livenessProbe: { ...probe("/healthz"), periodSeconds: 15 },
          }],
        },
      },
    },
  };
}

/** The files by name. */
export function cloudRunFiles(): ReadonlyMap<string, string> {
  return new Map(DEPLOYED.map((one) => [`cloudrun/${one.services}.yaml`, stringify(service(one), { lineWidth: 0 })]));
}
