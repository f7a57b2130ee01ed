/** Connects an account as a person does: our page, the provider's consent, the way back. */
import type { Fetch } from "../shared/contracts/deps.ts";
import type { ResourceName } from "../shared/contracts/ids.ts";

/** Who connects what, and how the two sides are reached. */
export interface ConnectRequest {
  /** Reaches Millrace at `url`. */
  readonly fetch: Fetch;
  readonly url: string;
  /** An operator's key. */
  readonly key: string;
  readonly user: string;
  readonly provider: "microsoft" | "google";
  /** What the person is asked for; default everything. */
  readonly resources?: readonly ResourceName[];
  /** Answers the provider's consent page; gives the address that the browser is sent back to. */
  readonly consent: (authorizeUrl: string) => Promise<string>;
}

/** Goes the whole way, cookie and form included. @throws Error that says at which step it ended */
export async function connectPerson(request: ConnectRequest): Promise<void> {
  const { fetch, url, key, user, provider } = request;
  const begun = await fetch(`${url}/v1/connections/${provider}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "millrace-user": user, "content-type": "application/json" },
    body: JSON.stringify({ resources: request.resources ?? [] }),
  });
  const { authorize_url } = await jsonOf(begun, "ask for a consent page");
  const page = await fetch(String(authorize_url));
  const html = await page.text();
  const cookie = (page.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const token = /name="token"[^>]*value="([^"]+)"/.exec(html)?.[1];
  if (page.status !== 200 || cookie === "" || token === undefined) throw failed("open the confirmation page", page);
  const confirmed = await fetch(String(authorize_url), {
    method: "POST",
    headers: { cookie, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ token }),
    redirect: "manual",
  });
  await confirmed.body?.cancel();
  const consentUrl = confirmed.headers.get("location");
  if (consentUrl === null) throw failed("confirm", confirmed);
  const back = await fetch(await request.consent(consentUrl), { headers: { cookie }, redirect: "manual" });
  await back.body?.cancel();
  if (back.status >= 400) throw failed("come back from the provider", back);
}

async function jsonOf(answer: Response, step: string): Promise<Record<string, unknown>> {
  if (!answer.ok) throw failed(step, answer);
  return await answer.json();
}

function failed(step: string, answer: Response): Error {
  return new Error(`Cannot ${step}: Millrace answered ${answer.status}`);
}
