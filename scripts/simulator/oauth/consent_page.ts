import { escapeHtml } from "../content/mail.ts";

/** Who asks whom for what. */
export interface ConsentQuestion {
  readonly provider: "microsoft" | "google";
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly people: readonly { user: string; address: string; name: string }[];
  /** The person asked for by login_hint. */
  readonly chosen: string | undefined;
  /** Whether scopes can be unticked one by one. */
  readonly granular: boolean;
}

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --accent: #2457c5 }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 16px/1.5 system-ui, sans-serif;
  background: Canvas; color: CanvasText; padding: 1.5rem }
main { width: min(30rem, 100%); border: 1px solid var(--line); border-radius: 12px; padding: 2rem }
h1 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 .25rem }
h2 { font-size: .95rem; margin: .9rem 0 0; opacity: .8 }
p { margin: .25rem 0 1rem } small { opacity: .75 }
fieldset { border: 0; padding: 0; margin: 1.25rem 0 } legend { font-weight: 600; padding: 0; margin-bottom: .4rem }
label { display: flex; gap: .6rem; align-items: baseline; padding: .3rem 0; overflow-wrap: anywhere }
footer { display: flex; gap: .75rem; justify-content: flex-end; margin-top: 1.75rem }
button { font: inherit; padding: .6rem 1.4rem; border-radius: 8px; border: 1px solid var(--line); cursor: pointer;
  background: transparent; color: inherit }
button.primary { background: var(--accent); border-color: var(--accent); color: #fff }
button:focus-visible, input:focus-visible { outline: 3px solid #7aa2ff; outline-offset: 2px }
`;

/** What a scope is about, by what its name contains; the first that fits. */
const RESOURCES: readonly (readonly [name: string, form: RegExp])[] = [
  ["Mail", /mail/i],
  ["Calendar", /calendar/i],
  ["Contacts", /contacts/i],
  ["Files", /files|drive/i],
  ["To-dos", /tasks/i],
];
const SIGN_IN = "Signing in";

/** Scopes by the resource they are about, in the order in which people think of them; signing in comes first. */
function grouped(scopes: readonly string[]): [string, string[]][] {
  const names = [SIGN_IN, ...RESOURCES.map(([name]) => name)];
  const groups = new Map<string, string[]>(names.map((name) => [name, []]));
  for (const scope of scopes) {
    // `userinfo.email` and `email` are about who signs in.
    const about = /^(openid|profile|email|offline_access|User\.)|userinfo/.test(scope)
      ? SIGN_IN
      : RESOURCES.find(([, form]) => form.test(scope.slice(scope.lastIndexOf("/") + 1)))?.[0] ?? SIGN_IN;
    groups.get(about)?.push(scope);
  }
  return [...groups].filter(([, all]) => all.length > 0);
}

function scopeLine(scope: string, granular: boolean): string {
  const box = granular
    ? `<input type="checkbox" name="scope" value="${escapeHtml(scope)}" checked>`
    : `<input type="hidden" name="scope" value="${escapeHtml(scope)}">•`;
  return `<label>${box}<span>${escapeHtml(scope)}</span></label>`;
}

/** The page on which a simulated person allows or denies. It posts to its own address and needs no script. */
export function consentPage(question: ConsentQuestion): Response {
  const name = question.provider === "microsoft" ? "Microsoft" : "Google";
  const host = new URL(question.redirectUri).origin;
  const people = question.people.map((person, index) => {
    const checked = question.chosen === undefined ? index === 0 : person.user === question.chosen;
    return `<label><input type="radio" name="user" value="${escapeHtml(person.user)}" ${checked ? "checked" : ""}>
      <span>${escapeHtml(person.name)} <small>${escapeHtml(person.address)}</small></span></label>`;
  });
  const groups = grouped(question.scopes).map(([resource, scopes]) => {
    const lines = scopes.map((scope) => scopeLine(scope, question.granular));
    return `<section><h2>${resource}</h2>${lines.join("\n")}</section>`;
  });
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Allow access? · simulated ${name}</title><style>${STYLE}</style></head>
<body><main>
<p><small>Simulated ${name} account</small></p>
<h1>Allow “${escapeHtml(question.clientId)}” to read your data?</h1>
<p><small>You will be sent back to ${escapeHtml(host)}.</small></p>
<form method="post">
<fieldset><legend>Account</legend>${people.join("\n")}</fieldset>
<fieldset><legend>It asks for</legend>${groups.join("\n")}</fieldset>
<footer><button name="decision" value="deny">Deny</button>
<button class="primary" name="decision" value="allow">Allow</button></footer>
</form>
</main></body></html>`;
  return new Response(html, {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      // The redirect after the form counts as a form action, so the place to return to is named too.
      "content-security-policy":
        `default-src 'none'; style-src 'unsafe-inline'; form-action 'self' ${host}; frame-ancestors 'none'; base-uri 'none'`,
    },
  });
}
