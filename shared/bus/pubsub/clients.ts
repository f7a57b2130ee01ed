/** The library's low-level clients. Only this file loads it, and only `openPubsubBus` loads this file. */
import { v1 } from "@google-cloud/pubsub";
import { type CallOptions, type ClientOptions, googleAuthLibrary, grpc } from "google-gax";
import { GRPC } from "./errors.ts";

/** The three low-level clients that the adapter speaks through. */
export interface Clients {
  readonly publisher: InstanceType<typeof v1.PublisherClient>;
  readonly subscriber: InstanceType<typeof v1.SubscriberClient>;
  readonly schemas: InstanceType<typeof v1.SchemaServiceClient>;
  close(): Promise<void>;
}

/** Without a limit gRPC waits up to two minutes before it looks whether the server is back. */
const RECONNECT = { "grpc.initial_reconnect_backoff_ms": 200, "grpc.max_reconnect_backoff_ms": 5_000 } as const;

/** Opens the clients. An emulator's `host:port` is spoken to without TLS and without credentials. */
export function openClients(projectId: string, emulatorHost: string | undefined): Clients {
  const options: ClientOptions = { projectId, ...RECONNECT, ...(emulatorHost ? emulator(emulatorHost) : {}) };
  const publisher = new v1.PublisherClient(options);
  const subscriber = new v1.SubscriberClient(options);
  const schemas = new v1.SchemaServiceClient(options);
  return {
    publisher,
    subscriber,
    schemas,
    close: async () => void await Promise.all([publisher.close(), subscriber.close(), schemas.close()]),
  };
}

/** Access tokens of the account that the process runs as, for what has no client here. */
export function accessTokens(): () => Promise<string> {
  const auth = new googleAuthLibrary.GoogleAuth({ scopes: ["https://www.googleapis.com/auth/monitoring.read"] });
  return async () => await auth.getAccessToken() ?? "";
}

function emulator(host: string): ClientOptions {
  const address = new URL(`http://${host}`);
  return {
    apiEndpoint: address.hostname,
    port: Number(address.port || "80"),
    sslCreds: grpc.credentials.createInsecure(),
    // Else the library looks for credentials, in the end at the metadata server of a cloud that we are not in.
    authClient: new googleAuthLibrary.PassThroughClient(),
  };
}

/** The library retries, and nothing else does: bounded, since a webhook waits for the outcome. */
function retried(codes: readonly number[], totalTimeoutMillis: number): CallOptions {
  return {
    retry: {
      retryCodes: [...codes],
      backoffSettings: {
        initialRetryDelayMillis: 100,
        retryDelayMultiplier: 2,
        maxRetryDelayMillis: 2_000,
        initialRpcTimeoutMillis: 5_000,
        rpcTimeoutMultiplier: 1,
        maxRpcTimeoutMillis: 5_000,
        totalTimeoutMillis,
      },
    },
  };
}

/** A publish may be repeated: whoever reads deduplicates. These are the codes that the library's own table repeats. */
export const PUBLISH_CALL = retried([
  GRPC.cancelled,
  GRPC.unknown,
  GRPC.deadline_exceeded,
  GRPC.resource_exhausted,
  GRPC.aborted,
  GRPC.internal,
  GRPC.unavailable,
], 10_000);

/** For everything that sets up or reads the topology. */
export const ADMIN_CALL = retried([GRPC.unavailable, GRPC.deadline_exceeded, GRPC.aborted], 20_000);

/** Asks once. */
export const PING_CALL: CallOptions = { ...retried([], 3_000), timeout: 3_000 };
