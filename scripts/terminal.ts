/** What a script says to the person or the program that runs it. */

const encoder = new TextEncoder();

function write(stream: { writeSync(bytes: Uint8Array): number }, line: string): void {
  let rest = encoder.encode(`${line}\n`);
  try {
    while (rest.length > 0) rest = rest.subarray(stream.writeSync(rest));
  } catch (error) {
    // The reader went away (`… | head`): there is nobody left to tell.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

/** A line of the result, on the standard output. */
export function say(line: string): void {
  write(Deno.stdout, line);
}

/** A line about the work, on the standard error output: it never mixes with a result that a program reads. */
export function warn(line: string): void {
  write(Deno.stderr, line);
}
