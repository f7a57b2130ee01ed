/** What a person gives of an account. */
import { useSignal } from "@preact/signals";
import type { Schemas } from "../../client/mod.ts";
import { api, ask } from "../api.ts";
import { useAction } from "../load.ts";
import { Dialog } from "./dialog.tsx";
import { resourceOf } from "./kinds.tsx";
import { Failed } from "./states.tsx";

type Connection = Schemas["Connection"];

interface ChoicesProps {
  readonly connection: Connection;
  readonly onClose: () => void;
  readonly onChange: () => void;
}

export function ChoicesDialog({ connection, onClose, onChange }: ChoicesProps) {
  const granted = connection.resources.filter(({ state }) => state !== "not_granted");
  const given = useSignal(new Set(granted.filter(({ state }) => state !== "left_out").map(({ resource }) => resource)));
  const action = useAction();
  const toggle = (resource: typeof granted[number]["resource"]) => {
    const next = new Set(given.value);
    if (!next.delete(resource)) next.add(resource);
    given.value = next;
  };
  const save = (event: Event) => {
    event.preventDefault();
    action.run(async () => {
      const choices = granted.map(({ resource }) => {
        const before = connection.choices.find((choice) => choice.resource === resource);
        const rest = before ??
          { containers_in: [], containers_out: [], since: "", bodies: true, private_events: "full" as const };
        return { ...rest, resource, included: given.value.has(resource) };
      });
      await ask(
        api().PATCH("/v1/connections/{id}", { params: { path: { id: connection.connection_id } }, body: { choices } }),
      );
      onClose();
      onChange();
    });
  };
  return (
    <Dialog title="What Millrace may read" onClose={onClose}>
      <form class="stack" onSubmit={save}>
        <div>
          {granted.map(({ resource }) => (
            <label key={resource} class="check">
              <input type="checkbox" checked={given.value.has(resource)} onChange={() => toggle(resource)} />
              <span>{resourceOf(resource).name}</span>
            </label>
          ))}
        </div>
        <p class="soft small">
          What you leave out is removed from search and from all that was made of it. What you give again is read from
          its beginning.
        </p>
        {action.error.value !== undefined && <Failed error={action.error.value} />}
        <div class="dialog-actions">
          <button type="button" onClick={onClose}>Cancel</button>
          <button type="submit" class="primary" disabled={action.busy.value}>Save</button>
        </div>
      </form>
    </Dialog>
  );
}
