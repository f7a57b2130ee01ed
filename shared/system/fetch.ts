import type { Fetch } from "../contracts/deps.ts";

/** The network of the machine: the platform's own `fetch`. */
export const systemFetch: Fetch = (input, init) => fetch(input, init);
