/** Who may speak to whom in a cluster: nobody to nobody, and then what each service needs. */
import { DEPLOYED, type DeployedService } from "./services.ts";

const TCP = (port: number) => ({ protocol: "TCP", port });

/** Addresses of the cluster's own, which no provider has. */
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"];

const DNS = {
  to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } }],
  ports: [{ protocol: "UDP", port: 53 }, TCP(53)],
};

/** Google's APIs and the providers; a policy knows addresses and no names. */
const OUTSIDE = { to: [{ ipBlock: { cidr: "0.0.0.0/0", except: PRIVATE } }], ports: [TCP(443)] };

/** On GKE the workload's identity comes from the metadata server. */
const METADATA = { to: [{ ipBlock: { cidr: "169.254.169.254/32" } }], ports: [TCP(80)] };

function named(name: string) {
  return { podSelector: { matchLabels: { "app.kubernetes.io/name": name } } };
}

function inNamespace(name: string) {
  return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } };
}

function policy(namespace: string, name: string, spec: Readonly<Record<string, unknown>>) {
  return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name, namespace }, spec };
}

function ofService(namespace: string, one: DeployedService) {
  const callers = [
    inNamespace("ingress-nginx"),
    inNamespace("monitoring"),
    // The ticks are office's.
    ...(one.public ? [named("millrace-tick")] : []),
  ];
  return policy(namespace, one.name, {
    podSelector: { matchLabels: { "app.kubernetes.io/name": one.name } },
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ from: callers, ports: [TCP(8000)] }],
    egress: [
      DNS,
      METADATA,
      { to: [named("redis")], ports: [TCP(6379)] },
      ...(one.index ? [{ to: [named("vespa")], ports: [TCP(8080)] }] : []),
      OUTSIDE,
    ],
  });
}

/** All policies of the namespace. */
export function networkPolicies(namespace: string): readonly unknown[] {
  return [
    policy(namespace, "nobody", { podSelector: {}, policyTypes: ["Ingress", "Egress"] }),
    ...DEPLOYED.map((one) => ofService(namespace, one)),
    policy(namespace, "millrace-tick", {
      podSelector: { matchLabels: { "app.kubernetes.io/name": "millrace-tick" } },
      policyTypes: ["Ingress", "Egress"],
      egress: [DNS, { to: [named("millrace-office")], ports: [TCP(8000)] }],
    }),
  ];
}
