/** Who is signed in, for whom, and how the page looks. */
import { useSignal } from "@preact/signals";
import { Dialog } from "../parts/dialog.tsx";
import { actFor, isOperator, recentPeople, session, signOut } from "../session.ts";
import { chooseTheme, type Theme, theme, THEMES } from "../theme.ts";
import { worded } from "../format.ts";

/** The form in which an operator says whose data to show. */
export function PersonForm({ onChosen }: { readonly onChosen?: () => void }) {
  const user = useSignal(session.value?.user ?? "");
  const choose = (name: string) => {
    if (name.trim() === "") return;
    actFor(name.trim());
    onChosen?.();
  };
  const submit = (event: Event) => {
    event.preventDefault();
    choose(user.value);
  };
  return (
    <form class="person-form" onSubmit={submit}>
      <label class="field">
        <span>Whose data</span>
        <span class="row">
          <input
            name="user"
            required
            autocomplete="off"
            spellcheck={false}
            value={user.value}
            onInput={({ currentTarget }) => user.value = currentTarget.value}
          />
          <button type="submit" class="primary">Show</button>
        </span>
      </label>
      {recentPeople().length > 0 && (
        <p class="chips" aria-label="Lately shown">
          {recentPeople().map((name) => (
            <button type="button" key={name} class="chip" onClick={() => choose(name)}>{name}</button>
          ))}
        </p>
      )}
      <p class="soft small">You act for this person, which is written to the audit log.</p>
    </form>
  );
}

export function AccountDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Account" onClose={onClose}>
      {isOperator.value && <PersonForm onChosen={onClose} />}
      <fieldset class="segments">
        <legend>Look</legend>
        {THEMES.map((name: Theme) => (
          <label key={name}>
            <input type="radio" name="theme" checked={theme.value === name} onChange={() => chooseTheme(name)} />
            <span>{worded(name)}</span>
          </label>
        ))}
      </fieldset>
      <button type="button" class="wide-button" onClick={() => signOut()}>Sign out</button>
    </Dialog>
  );
}
