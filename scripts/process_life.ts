/**
 * Ends a program with the command that started it. `npx -y deno@2 task dev` is a chain of processes, npx → sh → node →
 * deno task → deno run; when npx alone is killed, the others go on without anybody who would end them.
 */

/** How often the ancestors are looked at, in seconds, as `sleep` takes it. */
const POLL_SECONDS = "0.5";
/** How far up the chain is followed. */
const ANCESTORS_MAX = 12;
/** The watcher's exit code when an ancestor is gone; any other end of it says nothing of them. */
const GONE = 86;

/** A process above this one. */
export interface Ancestor {
  readonly pid: number;
  /** When it started, in the form of the source: another process that got the same id later has another one. */
  readonly started: string;
  readonly command: string;
}

/** Where processes are read from: Linux's /proc, which needs no program, or `ps`, which every other system has. */
export type ProcessSource = "proc" | "ps";

// Deno itself refuses to read /proc without all permissions, a shell does not. In `stat` the name, in brackets, may
// hold anything; behind its last bracket follow the state (1st), the parent (2nd) and the start (20th).
const READ_PROC = `
look() {
  line=; { read -r line < "/proc/$1/stat"; } 2>/dev/null || return 1
  set -- $1 \${line##*) }
  state=$2 parent=$3; shift 20; started=$1
  case $state in Z|X) return 1;; esac
}
command() { tr '\\0\\n' '  ' < "/proc/$1/cmdline"; }`;
const READ_PS = `
look() {
  set -- $(ps -o ppid= -o state= -o lstart= -p "$1")
  [ $# -ge 3 ] || return 1
  parent=$1 state=$2; shift 2; started=$(echo "$@" | tr ' ' '_')
  case $state in Z*) return 1;; esac
}
command() { ps -o command= -p "$1"; }`;

const LIST = `
pid=$1 left=$2
while [ "$left" -gt 0 ] && [ "$pid" -gt 1 ] && look "$pid"; do
  echo "$pid $started $(command "$pid")"
  pid=$parent left=$((left - 1))
done`;
// It ignores what a terminal sends to all, watches the process that started it too, and so never outlives it for long.
const WATCH = `
trap '' INT HUP
while :; do
  for one; do
    look "\${one%%:*}" && [ "$started" = "\${one#*:}" ] || exit ${GONE}
  done
  sleep ${POLL_SECONDS}
done`;

function script(source: ProcessSource, body: string): string {
  // `npx` may run with a PATH that holds little more than itself.
  return `PATH=$PATH:/usr/bin:/bin\n${source === "proc" ? READ_PROC : READ_PS}\n${body}`;
}

const SYSTEM_SOURCE: ProcessSource = Deno.build.os === "linux" ? "proc" : "ps";

/** The processes from `pid` up to the first of all or the twelfth, the nearest first. None if `pid` does not run. */
export async function ancestors(pid: number, source: ProcessSource = SYSTEM_SOURCE): Promise<Ancestor[]> {
  const { stdout } = await new Deno.Command("/bin/sh", {
    args: ["-c", script(source, LIST), "sh", String(pid), String(ANCESTORS_MAX)],
    stdin: "null",
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout).split("\n").flatMap((line) => {
    const [, id, started, command] = /^(\d+) (\S+) (.*)$/.exec(line) ?? [];
    return id && started ? [{ pid: Number(id), started, command: (command ?? "").trim() }] : [];
  });
}

function names(command: string): string[] {
  return command.split(/\s+/).slice(0, 2).map((word) => word.split("/").at(-1) ?? "");
}

/** npm and npx: as the title that they give themselves (`npm exec …`), or as the script that node or sh runs. */
function isPackageRunner({ command }: Ancestor): boolean {
  return names(command).some((name) => /^(npm|npx)(-cli\.js)?$/.test(name));
}

/** Members of the chain between npx and this program. */
function isLink(one: Ancestor): boolean {
  return isPackageRunner(one) || /^-?(node|sh|dash|bash|deno)$/.test(names(one.command)[0] ?? "");
}

/**
 * Which of the ancestors, nearest first, end together with this program: all up to the npm or npx that began the chain;
 * without one only a Deno that is the parent, that is `deno task`. A shell at the top may be a script that
 * starts this program in the background and ends, which is no reason to end it.
 */
export function chainOf(all: readonly Ancestor[]): readonly Ancestor[] {
  const other = all.findIndex((one) => !isLink(one));
  const links = other < 0 ? all : all.slice(0, other);
  const top = links.findLastIndex(isPackageRunner);
  if (top >= 0) return links.slice(0, top + 1);
  return links.slice(0, 1).filter((one) => names(one.command)[0] === "deno");
}

/** What to do when the chain breaks. */
export interface WatchOptions {
  /** Called at most once, within some 600 ms after an ancestor ended. It is to end this process. */
  readonly onGone: () => void;
  readonly source?: ProcessSource;
}

/** A running watch. */
export interface Watch {
  readonly chain: readonly Ancestor[];
  /** Ends the watch; its process is gone when this resolves. */
  stop(): Promise<void>;
}

/**
 * Watches the chain of commands that started this program (see {@link chainOf}), without keeping the program running.
 * Needs permission to run `/bin/sh`.
 */
export async function watchAncestors({ onGone, source = SYSTEM_SOURCE }: WatchOptions): Promise<Watch> {
  const [self, ...above] = await ancestors(Deno.pid, source);
  const chain = chainOf(above);
  // An orphan's parent is the first process of all: what started this program was gone before we could look.
  if (self === undefined || chain.length === 0) return { chain, stop: () => Promise.resolve() };
  const watcher = new Deno.Command("/bin/sh", {
    args: ["-c", script(source, WATCH), "sh", ...[self, ...chain].map((one) => `${one.pid}:${one.started}`)],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  watcher.unref();
  let stopped = false;
  const ended = watcher.status.then(({ code }) => {
    if (code === GONE && !stopped) onGone();
    stopped = true;
  });
  return {
    chain,
    async stop() {
      if (!stopped) watcher.kill("SIGKILL");
      stopped = true;
      watcher.ref();
      await ended;
    },
  };
}
