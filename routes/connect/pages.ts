/** What a person sees while they connect an account. */
import { html } from "hono/html";
import type { ProviderName } from "../../shared/contracts/names.ts";
import type { Connection } from "../../shared/contracts/records.ts";
import type { Page } from "../pages/layout.ts";

const NAMES: Readonly<Record<ProviderName, { readonly company: string; readonly product: string }>> = {
  microsoft: { company: "Microsoft", product: "Microsoft 365" },
  google: { company: "Google", product: "Google Workspace" },
  import: { company: "Import", product: "Import" },
};

const RESOURCES: Readonly<Record<Connection["resources"][number]["resource"], string>> = {
  mail: "mail",
  calendar: "calendar",
  contacts: "contacts",
  drive: "documents",
  todos: "tasks",
};

/** Who is about to receive what, and whether that is wanted. */
export function confirmPage(
  consent: { readonly user_id: string; readonly provider: ProviderName },
  form: { readonly token: string; readonly origin: string },
): Page {
  const { company, product } = NAMES[consent.provider];
  return {
    title: `Connect ${product}`,
    // https: because a provider's consent leads on to other hosts of its own, and browsers check those too.
    form_action: `'self' ${form.origin} https:`,
    body: html`
      <h1>Connect a ${product} account?</h1>
      <p>What Millrace reads from the account that you choose next goes to this Millrace user:</p>
      <dl class="facts">
        <dt>Millrace user</dt>
        <dd>${consent.user_id}</dd>
        <dt>Provider</dt>
        <dd>${company}</dd>
      </dl>
      <p>${company} will show which data that is, and asks for your permission. Millrace only reads, and you can disconnect at
      any time.</p>
      <form method="post"><input type="hidden" name="token" value="${form.token}">
      <button type="submit">Continue to ${company}</button></form>
      <p class="warn after">Did somebody send you this link, or do you not know this user? Then close this page.</p>
    `,
  };
}

type Resources = readonly (keyof typeof RESOURCES)[];

/** The account is connected, with what of it is read and what the consent leaves out, and what happens now. */
export function connectedPage(
  connection: Connection,
  { granted, left_out }: { readonly granted: Resources; readonly left_out: Resources },
): Page {
  const { product } = NAMES[connection.provider];
  const named = (resources: Resources) => resources.map((resource) => RESOURCES[resource]).join(", ");
  const not_read = left_out.length === 0 ? "" : html`
    <dt>Not allowed</dt>
    <dd>${named(left_out)}</dd>
  `;
  return {
    title: "Connected",
    body: html`
      <h1>Connected</h1>
      <dl class="facts">
        <dt>Account</dt>
        <dd>${connection.address || connection.account_id}</dd>
        <dt>Provider</dt>
        <dd>${product}</dd>
        <dt>Reads</dt>
        <dd>${named(granted)}</dd>
        ${not_read}
        <dt>Millrace user</dt>
        <dd>${connection.user_id}</dd>
      </dl>
      <p>The first read has begun. What is found can be searched from now on, the newest first.</p>
      <p class="soft">You can close this page.</p>
    `,
  };
}

function refusal(status: 400 | 403 | 404 | 409 | 410 | 503, title: string, text: string): Page {
  return {
    title,
    status,
    body: html`
      <h1>${title}</h1>
      <p>${text}</p>
      <p class="soft">Nothing was connected.</p>
    `,
  };
}

const AGAIN = "Go back to the application that sent you here and connect once more.";

/** Why nothing was connected, and what to do. */
export const refusals = {
  expired: refusal(
    404,
    "This link is no longer valid",
    `It has expired or was already used; it lasts ten minutes. ${AGAIN}`,
  ),
  used: refusal(409, "Already used", `This sign-in was finished or started anew in another window. ${AGAIN}`),
  foreignBrowser: refusal(
    403,
    "Started in another browser",
    "This sign-in does not belong to this browser. It must begin and end in the same one, with cookies allowed. " +
      AGAIN,
  ),
  unconfirmed: refusal(403, "Not confirmed", `The confirmation did not come from our own page. ${AGAIN}`),
  denied: refusal(400, "Not allowed", `You, or your organisation's rules, did not allow the access. ${AGAIN}`),
  administrator: refusal(
    400,
    "Your organisation has to agree first",
    "Its rules let only an administrator allow Millrace to read data. Ask one to grant the application's permissions " +
      `for the organisation first. ${AGAIN}`,
  ),
  failed: refusal(400, "The provider refused", `The provider ended the sign-in with an error. ${AGAIN}`),
  nothingGranted: refusal(400, "Nothing to read", `None of the data was ticked, so there is nothing to read. ${AGAIN}`),
  erased: refusal(410, "This user was removed", "The Millrace user was removed meanwhile, with all their data."),
  away: refusal(503, "The provider does not answer", `Try again in a few minutes. ${AGAIN}`),
} as const satisfies Record<string, Page>;
