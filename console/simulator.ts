/** The simulated providers of `deno task dev`, where there are some. */
import { signal } from "@preact/signals";
import { credentials, reach } from "./api.ts";

/** A simulated person, as the panel shows them. */
export interface SimulatedPerson {
  readonly user: string;
  readonly provider: string;
  readonly address: string;
  readonly mails: number;
}

/** Empty where the providers are real. */
export const simulated = signal<readonly SimulatedPerson[]>([]);
/** Whether notifications get lost. */
export const silent = signal(false);

function isPerson(value: unknown): value is SimulatedPerson {
  return typeof value === "object" && value !== null && "user" in value && "mails" in value && "address" in value;
}

/** Looks who is simulated. Says nothing when it can't be told: then there is no panel. */
export async function findSimulator(): Promise<void> {
  try {
    const response = await reach(new Request("/console/simulator/people", { headers: credentials(false) }));
    if (!response.ok) return;
    const answer: unknown = await response.json();
    if (typeof answer !== "object" || answer === null || !("people" in answer)) return;
    simulated.value = Array.isArray(answer.people) ? answer.people.filter(isPerson) : [];
    silent.value = "silent" in answer && answer.silent === true;
  } catch {
    simulated.value = [];
  }
}

/** Makes something happen at the simulated provider of a person. @throws Error with what it said */
export async function order(user: string, command: string, body: Readonly<Record<string, unknown>>): Promise<void> {
  const headers = { ...credentials(false), "content-type": "application/json" };
  const path = `/console/simulator/people/${encodeURIComponent(user)}/${command}`;
  const response = await reach(new Request(path, { method: "POST", headers, body: JSON.stringify(body) }));
  if (response.ok) return;
  const answer: unknown = await response.json();
  const said = typeof answer === "object" && answer !== null && "error" in answer
    ? String(answer.error)
    : "It was refused.";
  throw new Error(said);
}
