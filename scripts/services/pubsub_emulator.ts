import { findEmulatorJar, findJava, type Machine, thisMachine } from "./lookup.ts";
import type { Absent, Service } from "./service.ts";
import { supervise } from "./supervise.ts";

/** A Pub/Sub emulator that was started here. It keeps everything in memory: a restart forgets. */
export interface PubsubEmulatorService extends Service {
  /** For `PUBSUB_EMULATOR_HOST`: host and port. Any project id can be used. */
  readonly host: string;
  readonly port: number;
}

/** What runs the emulator, or why nothing does. */
export function findPubsubEmulator(machine: Machine = thisMachine()): { java: string; jar: string } | Absent {
  const jar = findEmulatorJar(machine);
  const java = findJava(machine);
  if (jar !== undefined && java !== undefined) return { java, jar };
  return {
    what: "pubsub emulator",
    why: jar === undefined
      ? "no Google Cloud SDK with the component pubsub-emulator"
      : "no java on the PATH or in JAVA_HOME",
    how: "`deno task services install`, or set PUBSUB_EMULATOR_HOST to one that tests may write to",
  };
}

/** The `java` of a macOS without Java is there, and only asks to install one. */
async function javaRuns(java: string): Promise<boolean> {
  const { success } = await new Deno.Command(java, {
    args: ["-version"],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

/** The emulator answers a plain GET with `Ok` on the port on which it speaks gRPC. */
async function saysOk(port: number): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2_000) });
  return response.ok && (await response.text()).trim() === "Ok";
}

/** Starts the emulator of the installed Google Cloud SDK on a free loopback port. */
export async function startPubsubEmulator(): Promise<PubsubEmulatorService | Absent> {
  const found = findPubsubEmulator();
  if ("why" in found) return found;
  if (!await javaRuns(found.java)) {
    return {
      what: "pubsub emulator",
      why: `${found.java} does not run`,
      how: "install a Java runtime (macOS: `brew install openjdk`) and set JAVA_HOME",
    };
  }
  const service = await supervise({
    name: "pubsub",
    program: found.java,
    args: (port) => ["-jar", found.jar, "--host=127.0.0.1", `--port=${port}`],
    answers: saysOk,
    startMsMax: 60_000,
  });
  return Object.assign(service, { host: `127.0.0.1:${service.port}` });
}
