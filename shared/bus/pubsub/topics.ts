/** Topics and the schemas of their messages. */
import { EventTopic } from "../../contracts/names.ts";
import type { TopicConfig } from "../../contracts/topics.ts";
import { compareSchemas } from "../avro.ts";
import type { EnsureFinding } from "../port.ts";
import { ADMIN_CALL } from "./clients.ts";
import { drift, durationText } from "./drift.ts";
import { type EnsureContext, ensureResource } from "./ensure.ts";
import { shortName } from "./names.ts";

/** The schema comes first: a topic refers to it. */
export async function ensureTopic(config: TopicConfig, context: EnsureContext): Promise<EnsureFinding[]> {
  const event = EventTopic.safeParse(config.name);
  if (!config.has_schema || !event.success) return [await ensureBareTopic(config, context, undefined)];
  const schema = await ensureSchema(event.data, context);
  return [schema, await ensureBareTopic(config, context, context.names.schema(event.data))];
}

function ensureSchema(
  topic: EventTopic,
  { clients, names, projectId, schemaOf }: EnsureContext,
): Promise<EnsureFinding> {
  const name = names.schema(topic);
  const ours = schemaOf(topic);
  const schema = { name, type: "AVRO" as const, definition: JSON.stringify(ours) };
  return ensureResource({
    what: "schema",
    name: shortName(name),
    get: async () => (await clients.schemas.getSchema({ name, view: "FULL" }, ADMIN_CALL))[0],
    create: () =>
      clients.schemas.createSchema({ parent: names.project, schemaId: shortName(name), schema }, ADMIN_CALL),
    compare: async (found) => {
      if (found.type !== "AVRO" && found.type !== 2) {
        return { state: "differs", details: [`type: expected AVRO, is ${found.type}`] };
      }
      const relation = compareSchemas(ours, found.definition ?? "");
      if (relation.kind === "differs") return { state: "differs", details: relation.details };
      if (relation.kind !== "ours_newer") return { state: "present", details: [] };
      await clients.schemas.commitSchema({ name, schema }, ADMIN_CALL);
      return { state: "updated", details: ["a compatible revision with our later fields was committed"] };
    },
    command: `gcloud pubsub schemas create ${shortName(name)} --project=${projectId} --type=avro` +
      ` --definition='${schema.definition}'`,
  });
}

function ensureBareTopic(
  config: TopicConfig,
  { clients, names, projectId }: EnsureContext,
  schema: string | undefined,
): Promise<EnsureFinding> {
  const name = names.topic(config.name);
  const retention = { seconds: config.retention_seconds };
  const expected = { retention: durationText(retention), schema: schema ?? "none", encoding: schema ? "JSON" : "none" };
  return ensureResource({
    what: "topic",
    name: config.name,
    get: async () => (await clients.publisher.getTopic({ topic: name }, ADMIN_CALL))[0],
    create: () =>
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
  });
}
