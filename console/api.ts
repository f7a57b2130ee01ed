/** The API as the signed-in person: answers, or errors that say what to do. */
import { createClient, type MillraceClient, type Problem } from "../client/mod.ts";
import { online } from "./online.ts";
import { type Session, session, signOut } from "./session.ts";

/** What the server refused, with its problem document. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail === "" ? problem.title : problem.detail);
    this.problem = problem;
  }

  /** Whether it is this problem, by the last part of its type. */
  is(type: string): boolean {
    return this.problem.type === `urn:millrace:problem:${type}`;
  }
}

/** Nobody answered. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";

  constructor(cause: unknown) {
    super("Millrace does not answer. Check your connection; what you see may be old.", { cause });
  }
}

/** A client for these credentials. */
export function clientFor({ key, user }: Pick<Session, "key" | "user">): MillraceClient {
  return createClient({ url: location.origin, key, user, fetch: reach });
}

/** The client of who is signed in. */
export function api(): MillraceClient {
  return clientFor(session.value ?? { key: "", user: "" });
}

/** The client of an operator who acts for nobody: what is for operators has no person whose audit log it belongs to. */
export function operatorApi(): MillraceClient {
  return clientFor({ key: session.value?.key ?? "", user: "" });
}

/** `fetch`, which also tells whether anybody answers. */
export async function reach(request: Request): Promise<Response> {
  try {
    const response = await fetch(request);
    online.value = true;
    return response;
  } catch (error) {
    if (request.signal.aborted) throw error;
    online.value = false;
    throw new Unreachable(error);
  }
}

/**
 * The headers of who is signed in, for what the client has no words for: streams and uploads.
 * @param acting false for what is for operators
 */
export function credentials(acting = true): Record<string, string> {
  const { key = "", user: person = "" } = session.value ?? {};
  const user = acting ? person : "";
  return { authorization: `Bearer ${key}`, ...(user === "" ? {} : { "millrace-user": user }) };
}

/** The answer's data. @throws Refusal */
export async function ask<T>(
  answer: Promise<{ readonly data?: T; readonly error?: Problem; readonly response: Response }>,
): Promise<T> {
  const { data, error, response } = await answer;
  if (response.ok && data !== undefined) return data;
  throw refused(response.status, error);
}

/** Does what answers without data. @throws Refusal */
export async function tell(
  answer: Promise<{ readonly error?: Problem; readonly response: Response }>,
): Promise<void> {
  const { error, response } = await answer;
  if (!response.ok) throw refused(response.status, error);
}

/** The error for a refusing answer; one that no longer knows the key signs out. */
export function refused(status: number, problem: Problem | undefined): Refusal {
  const refusal = new Refusal(
    problem ?? { type: "", title: `The server answered ${status}`, status, detail: "Try again in a moment." },
  );
  if (status === 401 && session.value !== null) signOut(refusal.message);
  return refusal;
}
