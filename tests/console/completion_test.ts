import assert from "node:assert/strict";
import {
  askedOf,
  isBegun,
  ownCompletions,
  suggestedCompletions,
  type Suggestion,
  take,
  typingAt,
} from "../../console/completion.ts";

const labels = (text: string) => ownCompletions(typingAt(text, text.length)).map(({ label }) => label);

const ANN: Suggestion = { kind: "person", name: "Ann Lee", address: "ann@example.com" };
const BUDGET: Suggestion = { kind: "subject", title: 'The "annual" budget' };

Deno.test("typingAt() takes the word at the caret, whole quotes, and the filter before it", () => {
  const typing = (text: string, caret = text.length) => {
    const { from, filter, minus, value } = typingAt(text, caret);
    return [from, minus, filter, value];
  };
  assert.deepEqual(typing("budget fro"), [7, "", "", "fro"]);
  assert.deepEqual(typing("budget -from:an"), [7, "-", "from:", "an"]);
  assert.deepEqual(typing('in:"Project X'), [0, "", "in:", "Project X"]);
  assert.deepEqual(typing("10:30"), [0, "", "", "10:30"]);
  assert.deepEqual(typing("re:x"), [0, "", "", "re:x"]);
  assert.deepEqual(typing("from:an more", 7), [0, "", "from:", "an"]);
  assert.deepEqual(typing("budget "), [7, "", "", ""]);
});

Deno.test("ownCompletions() proposes filters that begin so, and the values of one", () => {
  assert.deepEqual(labels("is"), ["is:"]);
  assert.deepEqual(labels("is:un"), ["is:unread"]);
  assert.deepEqual(labels("type:s"), ["type:sheet", "type:slides"]);
  assert.deepEqual(labels(""), []);
  assert.deepEqual(labels("zebra"), []);
  assert.deepEqual(ownCompletions(typingAt("-i", 2)).map(({ insert }) => insert), ["-in:", "-is:"]);
});

Deno.test("suggestedCompletions() makes filters of people and subjects, where they fit", () => {
  const made = (text: string) =>
    suggestedCompletions(typingAt(text, text.length), [ANN, BUDGET]).map(({ insert }) => insert);
  assert.deepEqual(made("an"), ["from:ann@example.com ", 'subject:"The annual budget" ']);
  assert.deepEqual(made("-to:an"), ["-to:ann@example.com "]);
  assert.deepEqual(made("subject:an"), ['subject:"The annual budget" ']);
  assert.deepEqual(made("is:an"), []);
});

Deno.test("askedOf() asks for nothing that has no suggestions", () => {
  const asked = (text: string) => askedOf(typingAt(text, text.length));
  assert.equal(asked("a"), "");
  assert.equal(asked("ann"), "ann");
  assert.equal(asked("from:ann"), "ann");
  assert.equal(asked("is:unread"), "");
  assert.equal(asked("-ann"), "");
});

Deno.test("isBegun() tells a value of a closed list that is not whole yet", () => {
  const begun = (text: string) => isBegun(typingAt(text, text.length));
  assert.deepEqual(["type:ma", "is:", "type:mail", "type:zebra", "in:pro", "budget", "from:a"].map(begun), [
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
});

Deno.test("take() replaces what was typed, keeps what follows, and says where the caret is", () => {
  const text = "budget from:an is:unread";
  const [person] = suggestedCompletions(typingAt(text, 14), [ANN]);
  assert.ok(person);
  const taken = take(text, typingAt(text, 14), person);
  assert.equal(taken.text, "budget from:ann@example.com is:unread");
  assert.equal(taken.text.slice(0, taken.caret), "budget from:ann@example.com ");
});
