/** Topics and the schemas of their messages. */
import type { protos } from "@google-cloud/pubsub";
import { EventTopic } from "../../contracts/names.ts";
import type { TopicConfig } from "../../contracts/topics.ts";
import { compareSchemas } from "../avro.ts";
import type { EnsureFinding } from "../port.ts";
import { ADMIN_CALL } from "./clients.ts";
import { drift, durationText } from "./drift.ts";
import { type EnsureContext, ensureResource, type PlanContext, type Resource } from "./ensure.ts";
import { shortName } from "./names.ts";

/** A topic with the schema of its messages, which comes first: the topic refers to it. */
export async function ensureTopic(config: TopicConfig, context: EnsureContext): Promise<EnsureFinding[]> {
  const { clients, topology: { look_only = false } } = context;
  const findings: EnsureFinding[] = [];
  const schema = schemaResource(config, context);
  if (schema !== null) findings.push(await ensureResource(schema, clients, look_only));
  findings.push(await ensureResource(topicResource(config, context), clients, look_only));
  return findings;
}

/** What makes a topic and its schema by hand, in order. */
export function topicCommands(config: TopicConfig, context: PlanContext): string[] {
  const schema = schemaResource(config, context);
  return [...(schema === null ? [] : [schema.command]), topicResource(config, context).command];
}

function schemaResource(
  config: TopicConfig,
  { names, projectId, schemaOf }: PlanContext,
): Resource<protos.google.pubsub.v1.ISchema> | null {
  const event = EventTopic.safeParse(config.name);
  if (!config.has_schema || !event.success) return null;
  const name = names.schema(event.data);
  const ours = schemaOf(event.data);
  const schema = { name, type: "AVRO" as const, definition: JSON.stringify(ours) };
  return {
    what: "schema",
    name: shortName(name),
    get: async (clients) => (await clients.schemas.getSchema({ name, view: "FULL" }, ADMIN_CALL))[0],
    create: (clients) =>
      clients.schemas.createSchema({ parent: names.project, schemaId: shortName(name), schema }, ADMIN_CALL),
    compare: async (found, clients, look_only) => {
      if (found.type !== "AVRO" && found.type !== 2) {
        return { state: "differs", details: [`type: expected AVRO, is ${found.type}`] };
      }
      const relation = compareSchemas(ours, found.definition ?? "");
      if (relation.kind === "differs") return { state: "differs", details: relation.details };
      if (relation.kind !== "ours_newer") return { state: "present", details: [] };
      if (look_only) return { state: "differs", details: ["a compatible revision with our later fields is due"] };
      await clients.schemas.commitSchema({ name, schema }, ADMIN_CALL);
      return { state: "updated", details: ["a compatible revision with our later fields was committed"] };
    },
    command: `gcloud pubsub schemas create ${shortName(name)} --project=${projectId} --type=avro` +
      ` --definition='${schema.definition}'`,
  };
}

function topicResource(
  config: TopicConfig,
  { names, projectId }: PlanContext,
): Resource<protos.google.pubsub.v1.ITopic> {
  const name = names.topic(config.name);
  const event = EventTopic.safeParse(config.name);
  const schema = config.has_schema && event.success ? names.schema(event.data) : undefined;
  const retention = { seconds: config.retention_seconds };
  const expected = { retention: durationText(retention), schema: schema ?? "none", encoding: schema ? "JSON" : "none" };
  return {
    what: "topic",
    name: config.name,
    get: async (clients) => (await clients.publisher.getTopic({ topic: name }, ADMIN_CALL))[0],
    create: (clients) =>
      clients.publisher.createTopic({
        name,
        messageRetentionDuration: retention,
        ...(schema === undefined ? {} : { schemaSettings: { schema, encoding: "JSON" as const } }),
      }, ADMIN_CALL),
    compare: ({ messageRetentionDuration, schemaSettings }) => {
      const details = drift(expected, {
        retention: durationText(messageRetentionDuration),
        schema: schemaSettings?.schema || "none",
        encoding: schemaSettings ? `${schemaSettings.encoding}` : "none",
      });
      return Promise.resolve({ state: details.length === 0 ? "present" : "differs", details });
    },
    command: `gcloud pubsub topics create ${shortName(name)} --project=${projectId}` +
      ` --message-retention-duration=${durationText(retention)}` +
      (schema === undefined ? "" : ` --schema=${shortName(schema)} --message-encoding=json`),
  };
}
