/** What `deploy/` says is what the tables say, and holds together. None of it can be run here. */
import assert from "node:assert/strict";
import { parser } from "@prometheus-io/lezer-promql";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { deployFiles } from "../../scripts/deploy_files.ts";
import { DEPLOYED } from "../../scripts/deploy/services.ts";
import { readConfig } from "../../shared/contracts/config.ts";
import { METRICS } from "../../shared/contracts/metrics.ts";
import { TICK_EVERY_SECONDS } from "../../shared/contracts/schedule.ts";
import { GMAIL_SUBSCRIPTION, SUBSCRIPTIONS } from "../../shared/contracts/subscriptions.ts";
import { readRules } from "./alert_world.ts";

const FOLDER = new URL("../../deploy/", import.meta.url);
const FILES = deployFiles();

/** Values for the places that a deployment fills in. */
const PLACES: Readonly<Record<string, string>> = {
  IMAGE: "registry.example/millrace:0.1.0",
  PROJECT_ID: "acme-millrace",
  PROJECT_NUMBER: "123",
  REGION: "europe-west1",
  PUBLIC_URL: "https://millrace.example.com",
  PUBLIC_HOST: "millrace.example.com",
  VESPA_ENDPOINT: "https://vespa.example.com:8080",
  MICROSOFT_CLIENT_ID: "client",
  GOOGLE_CLIENT_ID: "client",
};

/** Values of the secrets, in their form. */
const SECRETS: Readonly<Record<string, string>> = {
  REDIS_URL: "redis://redis.example.com:6379/0",
  ENCRYPTION_KEYS: `k1:${"A".repeat(43)}=`,
  ADMIN_API_KEY: "a-key-of-more-than-24-characters",
  METRICS_TOKEN: "a-token-of-the-monitor",
  MICROSOFT_CLIENT_SECRET: "secret",
  GOOGLE_CLIENT_SECRET: "secret",
};

function filled(text: string): string {
  return text.replace(/\$\{([A-Z_]+)\}/g, (_, name: string) => {
    const value = PLACES[name];
    assert.ok(value !== undefined, `\${${name}} has no value`);
    return value;
  });
}

const Env = z.array(z.object({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z.object({ secretKeyRef: z.object({ name: z.string(), key: z.string() }) }).optional(),
}));
const Container = z.looseObject({ image: z.string(), env: Env });
const Pod = z.looseObject({ containers: z.array(Container).min(1) });
const Manifest = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), annotations: z.record(z.string(), z.string()).optional() }),
});
type Manifest = z.infer<typeof Manifest>;

function manifests(folder: string): readonly Manifest[] {
  return [...FILES].filter(([path]) => path.startsWith(`${folder}/`)).flatMap(([path, text]) =>
    parseAllDocuments(filled(text), { strict: true, uniqueKeys: true }).map((document) => {
      assert.deepEqual(document.errors, [], path);
      return Manifest.parse(document.toJS());
    })
  );
}

const Running = z.looseObject({ spec: z.looseObject({ template: z.looseObject({ spec: Pod }) }) });

/** The environment that a container gets, secrets filled in. */
function environmentOf(manifest: Manifest): Record<string, string> {
  const [container] = Running.parse(manifest).spec.template.spec.containers;
  return Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value ?? SECRETS[name] ?? ""]));
}

Deno.test("deploy/ is what the tables say", async () => {
  for (const [path, text] of FILES) {
    const current = await Deno.readTextFile(new URL(path, FOLDER)).catch(() => "");
    const command = "deno run --allow-read --allow-write=deploy scripts/deploy_files.ts";
    assert.equal(current, text, `deploy/${path}: run ${command}`);
  }
});

Deno.test("every service starts with the environment that its deployment gives it", () => {
  for (const [folder, kind] of [["cloudrun", "Service"], ["kubernetes", "Deployment"]] as const) {
    const running = manifests(folder).filter((manifest) => manifest.kind === kind);
    assert.equal(running.length, DEPLOYED.length, folder);
    for (const manifest of running) {
      const environment = environmentOf(manifest);
      const config = readConfig(environment, { mode: "start" });
      assert.deepEqual(config.warnings, [], manifest.metadata.name);
      assert.deepEqual(config.services, [manifest.metadata.name.replace("millrace-", "")]);
      const office = config.services.includes("office");
      for (const name of ["ADMIN_API_KEY", "MICROSOFT_CLIENT_SECRET", "GOOGLE_CLIENT_SECRET"]) {
        assert.equal(name in environment, office, `${manifest.metadata.name}: ${name}`);
      }
    }
  }
});

Deno.test("together the services serve every subscription once, and the ingress leads each push to its own", () => {
  const names = DEPLOYED.flatMap(({ subscriptions }) => subscriptions).sort();
  assert.deepEqual(names, [...SUBSCRIPTIONS.map(({ name }) => name), GMAIL_SUBSCRIPTION.name].sort());
  const Paths = z.array(
    z.looseObject({
      path: z.string(),
      backend: z.object({ service: z.object({ name: z.string(), port: z.unknown() }) }),
    }),
  );
  const Ingress = z.looseObject({
    spec: z.looseObject({ rules: z.array(z.object({ host: z.string(), http: z.object({ paths: Paths }) })) }),
  });
  const ingress = manifests("kubernetes").find(({ kind }) => kind === "Ingress");
  const paths = Ingress.parse(ingress).spec.rules.flatMap(({ http }) => http.paths);
  for (const { name, service } of SUBSCRIPTIONS) {
    const exact = paths.find(({ path }) => path === `/push/${name}`) ?? paths.find(({ path }) => path === "/");
    assert.equal(exact?.backend.service.name, `millrace-${service}`, name);
  }
});

Deno.test("on Cloud Run only office can be reached from outside, each as its own account, with probes", () => {
  for (const manifest of manifests("cloudrun")) {
    const ingress = manifest.metadata.annotations?.["run.googleapis.com/ingress"];
    assert.equal(ingress, manifest.metadata.name === "millrace-office" ? "all" : "internal");
    const text = JSON.stringify(manifest);
    assert.ok(text.includes(`"serviceAccountName":"${manifest.metadata.name}@`), manifest.metadata.name);
    assert.match(text, /"startupProbe":.*"\/readyz".*"livenessProbe":.*"\/healthz"/);
    assert.match(text, /minScale.*maxScale.*containerConcurrency/);
  }
});

Deno.test("pods run as nobody on a read-only root, and networks are closed but for what each needs", () => {
  const all = manifests("kubernetes");
  const pods = all.filter(({ kind }) => kind === "Deployment" || kind === "CronJob").map((one) => JSON.stringify(one));
  for (const pod of pods) {
    assert.match(pod, /"runAsNonRoot":true/);
    assert.match(pod, /"readOnlyRootFilesystem":true/);
    assert.match(pod, /"drop":\["ALL"\]/);
    assert.match(pod, /"automountServiceAccountToken":false/);
  }
  const policies = all.filter(({ kind }) => kind === "NetworkPolicy");
  const closed = policies.find(({ metadata }) => metadata.name === "nobody");
  assert.deepEqual(closed?.spec, { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
  for (const { name, index } of DEPLOYED) {
    const policy = JSON.stringify(policies.find(({ metadata }) => metadata.name === name));
    assert.equal(policy.includes("vespa"), index, name);
    assert.ok(policy.includes("redis"), name);
  }
});

Deno.test("every tick has a CronJob and a Cloud Scheduler job, at least as often as it is due or once a minute", () => {
  const jobs = manifests("kubernetes").filter(({ kind }) => kind === "CronJob");
  const terraform = FILES.get("terraform/main.tf") ?? "";
  for (const [tick, seconds] of Object.entries(TICK_EVERY_SECONDS)) {
    const job = JSON.stringify(jobs.find(({ metadata }) => metadata.name === `millrace-${tick}`));
    const minutes = Math.max(1, seconds / 60);
    assert.ok(job.includes(`"schedule":"*/${minutes} * * * *"`), tick);
    assert.ok(job.includes(`/ticks/${tick}`), tick);
    assert.match(terraform, new RegExp(`^ +${tick} += "\\*/${minutes} `, "m"));
  }
});

Deno.test("the Terraform module names every service, role and secret, and its brackets close", () => {
  const text = [...FILES].filter(([path]) => path.endsWith(".tf")).map(([, text]) => text).join("\n");
  for (const { name, roles, secrets } of DEPLOYED) {
    for (const word of [name, ...roles, ...secrets]) assert.ok(text.includes(word), word);
  }
  for (const [open, close] of ["{}", "[]", "()"].map((pair) => [...pair])) {
    assert.equal(text.split(open ?? "").length, text.split(close ?? "").length, `${open}${close}`);
  }
  const used = new Set([...text.matchAll(/\bvar\.([a-z_]+)/g)].map(([, name]) => name));
  const declared = new Set([...text.matchAll(/^variable "([a-z_]+)"/gm)].map(([, name]) => name));
  assert.deepEqual([...used].sort(), [...declared].sort());
});

Deno.test("dashboards ask for metrics that there are, in expressions that Prometheus can read", async () => {
  const recorded = new Set((await readRules()).flatMap(({ record }) => record ?? []));
  const Dashboard = z.looseObject({
    panels: z.array(
      z.looseObject({
        title: z.string(),
        targets: z.array(z.object({ expr: z.string(), refId: z.string(), legendFormat: z.string() })),
      }),
    ),
  });
  const dashboards = [...FILES].filter(([path]) => path.startsWith("grafana/dashboards/"));
  assert.equal(dashboards.length, 3);
  const shown = new Set<string>();
  for (const [path, text] of dashboards) {
    for (const { title, targets } of Dashboard.parse(JSON.parse(text)).panels) {
      for (const { expr } of targets) {
        let broken = false;
        parser.parse(expr).iterate({ enter: ({ type }) => void (broken ||= type.isError) });
        assert.ok(!broken, `${path}, ${title}: ${expr}`);
        for (const [name] of expr.matchAll(/\b(?:millrace|process)[_:][a-z0-9_:]+/g)) {
          const bare = name.replace(/^millrace_/, "").replace(/_(?:bucket|sum|count)$/, "");
          assert.ok(recorded.has(name) || bare in METRICS, `${path}, ${title}: ${name}`);
          shown.add(bare);
        }
      }
    }
  }
  assert.ok(shown.size > 30, `${shown.size} families are shown`);
});
