/** One child process that certainly ends: when it is told to, or when this process is gone, however that happened. */

/** How long a process may take to end by itself after TERM. */
const GRACE_MS = 5_000;

/**
 * Waits for a line. Without one (this process died, even by KILL, so that the pipe closed) it kills the child whose id
 * it was given. It ignores the signals that a terminal sends to all, as the child may outlive them.
 */
const GUARD = 'trap "" INT TERM HUP; read -r line || kill -KILL "$1" 2>/dev/null';

/** What to run. Its output goes to the file, from which an error quotes the end. */
export interface ChildOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly outputFile: string;
}

/** A running child. */
export interface Child {
  readonly pid: number;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  readonly hasEnded: boolean;
  /** TERM, and KILL if it takes too long. */
  end(): Promise<void>;
  kill(): Promise<void>;
}

async function release(guard: Deno.ChildProcess): Promise<void> {
  const writer = guard.stdin.getWriter();
  await writer.write(new TextEncoder().encode("done\n")).catch(ignoreClosedPipe);
  await writer.close().catch(ignoreClosedPipe);
  await guard.status;
}

/** A guard that somebody killed has nothing left to guard. */
function ignoreClosedPipe(error: unknown): void {
  if (!(error instanceof Deno.errors.BrokenPipe) && !(error instanceof TypeError)) throw error;
}

/** Starts it. The child gets no input, and this process's environment. */
export function startChild(options: ChildOptions): Child {
  // A shell opens the file and becomes the program, because Deno hands down no open file as an output.
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", 'out=$1; shift; exec "$@" >>"$out" 2>&1', "sh", options.outputFile, options.program, ...options.args],
    cwd: options.folder,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const guard = new Deno.Command("/bin/sh", {
    args: ["-c", GUARD, "sh", String(child.pid)],
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let hasEnded = false;
  const ended = child.status.then(async () => {
    hasEnded = true;
    await release(guard);
  });

  function signal(name: Deno.Signal): void {
    if (!hasEnded) child.kill(name);
  }

  return {
    pid: child.pid,
    ended,
    get hasEnded() {
      return hasEnded;
    },
    async end() {
      signal("SIGTERM");
      const timer = setTimeout(() => signal("SIGKILL"), GRACE_MS);
      await ended;
      clearTimeout(timer);
    },
    async kill() {
      signal("SIGKILL");
      await ended;
    },
  };
}
