import type { Chance } from "./chance.ts";
import type { DoneChange, SimulatedPerson } from "./person.ts";

/** How often people do what, of a hundred changes. */
const HABITS: readonly (readonly [DoneChange["kind"], number])[] = [
  ["send", 46],
  ["edit", 14],
  ["read", 12],
  ["flag", 4],
  ["move", 12],
  ["trash", 6],
  ["delete", 6],
];

/** Does one thing at random; in an empty mailbox, a mail arrives. */
export function randomChange(person: SimulatedPerson, chance: Chance, anyId: () => string | undefined): DoneChange {
  const id = anyId();
  const kind = id === undefined ? "send" : draw(chance);
  if (id === undefined || kind === "send") return { kind: "send", id: person.send() };
  switch (kind) {
    case "edit":
      return { kind, id: person.edit(id) };
    case "read":
      person.setRead(id, person.find(id)?.isRead === false);
      return { kind, id };
    case "flag":
      person.flag(id, person.find(id)?.flagged === false);
      return { kind, id };
    case "move":
      return { kind, id: person.move(id, chance.pick(person.folders()).id) };
    case "trash":
      return { kind, id: person.trash(id) };
    case "delete":
      person.delete(id);
      return { kind, id };
  }
}

function draw(chance: Chance): DoneChange["kind"] {
  let place = chance.below(HABITS.reduce((sum, [, share]) => sum + share, 0));
  for (const [kind, share] of HABITS) {
    if (place < share) return kind;
    place -= share;
  }
  return "send";
}
