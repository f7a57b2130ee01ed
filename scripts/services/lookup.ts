import { basename, delimiter, dirname, join } from "node:path";

/** Where to look: the environment, and whether a path is a file. Tests give others. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The path without symbolic links if it is a file, else undefined. */
  realFile(path: string): string | undefined;
  /** The names in a folder; none if it is not there. */
  names(folder: string): string[];
}

/** This machine. Needs permission to read the environment and any file. */
export function thisMachine(): Machine {
  return {
    env: Deno.env.toObject(),
    realFile(path) {
      try {
        const real = Deno.realPathSync(path);
        return Deno.statSync(real).isFile ? real : undefined;
      } catch {
        // Not there, or not ours to read: either way not to be used.
        return undefined;
      }
    },
    names(folder) {
      try {
        return [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();
      } catch {
        return [];
      }
    },
  };
}

/** The first of the programs that is on the PATH, as an absolute path as it stands there. */
export function findProgram(machine: Machine, ...programs: string[]): string | undefined {
  const folders = (machine.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return programs
    .flatMap((program) => folders.map((folder) => join(folder, program)))
    .find((path) => machine.realFile(path) !== undefined);
}

/** The Java that JAVA_HOME names, else the one on the PATH. */
export function findJava(machine: Machine): string | undefined {
  const home = machine.env.JAVA_HOME;
  const ofHome = home ? join(home, "bin", "java") : undefined;
  return ofHome && machine.realFile(ofHome) ? ofHome : findProgram(machine, "java");
}

/** Where installers put the Google Cloud SDK: Debian's packages, snap, the script in HOME, Homebrew (both processors). */
const SDK_FOLDERS = [
  "/usr/lib/google-cloud-sdk",
  "/usr/share/google-cloud-sdk",
  "/opt/google-cloud-sdk",
  "/snap/google-cloud-cli/current",
  "/opt/homebrew/share/google-cloud-sdk",
  "/usr/local/share/google-cloud-sdk",
  "/opt/homebrew/Caskroom/google-cloud-sdk/latest/google-cloud-sdk",
  "/usr/local/Caskroom/google-cloud-sdk/latest/google-cloud-sdk",
];

/** The folders that can be an installed SDK: the one that `gcloud` on the PATH really stands in comes first. */
export function sdkFolders(machine: Machine): string[] {
  const gcloud = findProgram(machine, "gcloud");
  const real = gcloud && machine.realFile(gcloud);
  const ofGcloud = real && basename(dirname(real)) === "bin" ? [dirname(dirname(real))] : [];
  const home = machine.env.HOME ? [join(machine.env.HOME, "google-cloud-sdk")] : [];
  return [...ofGcloud, ...home, ...SDK_FOLDERS];
}

/** The emulator's program in an installed SDK, the newest if there are several. */
export function findEmulatorJar(machine: Machine): string | undefined {
  for (const sdk of sdkFolders(machine)) {
    const lib = join(sdk, "platform", "pubsub-emulator", "lib");
    const jar = machine.names(lib).filter((name) => /^cloud-pubsub-emulator-.*\.jar$/.test(name)).at(-1);
    if (jar !== undefined) return join(lib, jar);
  }
  return undefined;
}
