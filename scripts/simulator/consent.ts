/** What a person answers on the consent page. */
export interface ConsentAnswer {
  /** Who answers; default whom `login_hint` names, else the first person of the provider. */
  readonly user?: string;
  /** Default true. */
  readonly allow?: boolean;
  /** The scopes left ticked; default all. */
  readonly scopes?: readonly string[];
}

/**
 * Does what a person does on the consent page: reads it, and answers it by posting its form. Gives the address to
 * which the browser is sent back, with `code` and `state` or with `error`.
 */
export async function giveConsent(
  ask: (request: Request) => Promise<Response>,
  authorizeUrl: string,
  answer: ConsentAnswer = {},
): Promise<string> {
  const shown = await ask(new Request(authorizeUrl));
  const page = await shown.text();
  if (!shown.ok) throw new Error(`Cannot read the consent page: ${page}`);
  const form = new URLSearchParams({ decision: answer.allow === false ? "deny" : "allow" });
  const checked = /name="user" value="([^"]*)" checked/.exec(page)?.[1];
  form.set("user", answer.user ?? checked ?? "");
  for (const scope of answer.scopes ?? []) form.append("scope", scope);
  const answered = await ask(new Request(authorizeUrl, { method: "POST", body: form, redirect: "manual" }));
  const location = answered.headers.get("location");
  if (location === null) throw new Error(`Cannot give consent: ${await answered.text()}`);
  return location;
}
