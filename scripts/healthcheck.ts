/** For the container's HEALTHCHECK: exit code 0 if this machine's instance lives. Needs `--allow-net --allow-env=PORT`. */
const TIMEOUT_MS = 3_000;

async function lives(port: string): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    // Nobody listens, or nobody answers in time: exactly what is asked.
    return false;
  }
}

if (import.meta.main) Deno.exit(await lives(Deno.env.get("PORT") || "8000") ? 0 : 1);
