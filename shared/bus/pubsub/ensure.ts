/** Creates what is missing in the project, and reports what is otherwise than it should be. */
import { reasonOf } from "../../contracts/errors.ts";
import type { EventTopic } from "../../contracts/names.ts";
import type { AvroRecord } from "../avro.ts";
import type { EnsureFinding, Topology } from "../port.ts";
import type { Clients } from "./clients.ts";
import { awayError, codeOf, GRPC } from "./errors.ts";
import type { Names } from "./names.ts";

/** What resources are made of; it takes no connection to name them. */
export interface PlanContext {
  readonly names: Names;
  readonly topology: Topology;
  /** The schema that this release writes. */
  readonly schemaOf: (topic: EventTopic) => AvroRecord;
  readonly projectId: string;
  readonly pushAudience: string | undefined;
  readonly pushServiceAccount: string | undefined;
  /** The longest retention that a subscription may have here. */
  readonly retention_seconds_max: number;
}

/** What the parts of `ensure` work with. */
export interface EnsureContext extends PlanContext {
  readonly clients: Clients;
}

/** One resource: how to look at it and how to make it. */
export interface Resource<T, C = Clients> {
  readonly what: EnsureFinding["what"];
  readonly name: string;
  /** Rejects with NOT_FOUND when it is not there. */
  readonly get: (clients: C) => Promise<T>;
  readonly create: (clients: C) => Promise<unknown>;
  /** What is wrong with it, and whether it was put right; nothing is when `look_only`. */
  readonly compare: (found: T, clients: C, look_only: boolean) => Promise<Pick<EnsureFinding, "state" | "details">>;
  /** What creates it by hand. */
  readonly command: string;
}

/**
 * Makes the resource if it is missing, else compares it.
 * @param look_only only looks
 * @throws StoreAwayError when Pub/Sub does not answer
 */
export async function ensureResource<T, C>(
  resource: Resource<T, C>,
  clients: C,
  look_only = false,
): Promise<EnsureFinding> {
  const { what, name } = resource;
  const finding = (state: EnsureFinding["state"], details: readonly string[] = []) => ({ what, name, state, details });
  try {
    const found = await resource.get(clients).catch(orMissing);
    if (found !== undefined) return { what, name, ...await resource.compare(found, clients, look_only) };
    if (look_only) return finding("missing", [`run: ${resource.command}`]);
    try {
      await resource.create(clients);
      return finding("created");
    } catch (error) {
      // Another instance was faster.
      if (codeOf(error) !== GRPC.already_exists) throw error;
      return { what, name, ...await resource.compare(await resource.get(clients), clients, look_only) };
    }
  } catch (error) {
    const code = codeOf(error);
    if (code === GRPC.permission_denied) return finding("denied", [`run: ${resource.command}`]);
    // Something that it rests on is missing: a topic of another project, or one that may not be created either.
    if (code === GRPC.not_found) return finding("differs", [`cannot be created: what it refers to is missing`]);
    // Pub/Sub answers, and will not answer otherwise: asking again would not help, a person has to look.
    if (code === GRPC.invalid_argument) return finding("denied", [`${reasonOf(error)}, or run: ${resource.command}`]);
    throw awayError(error);
  }
}

function orMissing(error: unknown): undefined {
  if (codeOf(error) !== GRPC.not_found) throw error;
  return undefined;
}
