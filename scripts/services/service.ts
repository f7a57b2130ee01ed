/** The real services that a test or a bench runs against: found on this machine, started, and ended again. */

/** A service that was started here. It is this process's own: nobody else uses it, and it ends with this process. */
export interface Service {
  /** The process that runs now; another one after a restart. */
  readonly pid: number;
  /** Ends it as an operator would (TERM, then KILL after five seconds) and removes its files. Never fails twice. */
  close(): Promise<void>;
  /** KILL, as a crash or a power cut: what it had not written is lost. Its files stay. */
  kill(): Promise<void>;
  /** Ends it if it runs, starts it again at the same address with the same files, and waits until it answers. */
  restart(): Promise<void>;
}

/** A service that this machine does not have. */
export interface Absent {
  readonly what: string;
  readonly why: string;
  /** What a person can do to have it. */
  readonly how: string;
}

/** True when the service is not there. */
export function isAbsent(found: object): found is Absent {
  return "how" in found && "why" in found;
}

/** The one line in which an absent service is reported: what, why, and how to get it. */
export function absentLine({ what, why, how }: Absent): string {
  return `skipped ${what}: ${why}; to have it: ${how}`;
}
