/** The way in: by an API key. */
import { useSignal } from "@preact/signals";
import { ask, clientFor } from "../api.ts";
import { useAction } from "../load.ts";
import { Mark } from "../parts/icon.tsx";
import { useTitle } from "../parts/page.tsx";
import { Failed } from "../parts/states.tsx";
import { signedOutBecause, signIn } from "../session.ts";

export function SignIn() {
  useTitle("Sign in");
  const key = useSignal("");
  const keep = useSignal(false);
  const action = useAction();
  const submit = (event: Event) => {
    event.preventDefault();
    action.run(async () => {
      const given = { key: key.value.trim(), user: "" };
      const me = await ask(clientFor(given).GET("/v1/me"));
      signIn({ key: given.key, scope: me.scope, user: me.user_id }, keep.value);
    });
  };
  return (
    <main class="alone">
      <form class="sign-in" onSubmit={submit}>
        <p class="brand">
          <Mark /> Millrace
        </p>
        <h1>Sign in</h1>
        <p class="soft">With your API key. It stays in this browser and is sent to this server only.</p>
        {signedOutBecause.value !== "" && <p class="notice" role="status">{signedOutBecause.value}</p>}
        <label class="field">
          <span>API key</span>
          <input
            type="password"
            name="key"
            autocomplete="current-password"
            spellcheck={false}
            required
            autofocus
            value={key.value}
            onInput={({ currentTarget }) => key.value = currentTarget.value}
          />
        </label>
        <label class="check">
          <input type="checkbox" checked={keep.value} onChange={() => keep.value = !keep.value} />
          <span>Stay signed in on this device</span>
        </label>
        {action.error.value !== undefined && <Failed error={action.error.value} />}
        <button type="submit" class="primary" disabled={action.busy.value}>
          {action.busy.value ? "Signing in…" : "Sign in"}
        </button>
        <p class="soft small">
          No key? An operator makes one with <code>deno task keys create --user NAME</code>.
        </p>
      </form>
    </main>
  );
}
