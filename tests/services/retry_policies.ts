import assert from "node:assert/strict";
import { z } from "zod";

const Listed = z.object({ subscriptions: z.array(z.object({ name: z.string() })) });

/**
 * Takes the retry policies of a project's subscriptions away, as an operator may. The emulator, unlike the service,
 * leaves messages lying that have one and were refused by a receiver that was killed or busy; seen with a bare HTTP
 * server as the receiver too.
 */
export async function withoutRetryPolicies(host: string, project: string): Promise<void> {
  const listed = Listed.parse(JSON.parse(await call(host, "GET", `projects/${project}/subscriptions?pageSize=200`)));
  assert.ok(listed.subscriptions.length > 0);
  await Promise.all(listed.subscriptions.map(async ({ name }) => {
    const patch = { subscription: { name }, updateMask: "retryPolicy" };
    assert.doesNotMatch(await call(host, "PATCH", name, patch), /retryPolicy/);
  }));
}

async function call(host: string, method: string, path: string, body?: unknown): Promise<string> {
  const answer = await fetch(`http://${host}/v1/${path}`, {
    method,
    headers: { "content-type": "application/json" },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return text;
}
