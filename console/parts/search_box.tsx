/** The search field: a combo box that completes the query language while it is typed. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { api, ask } from "../api.ts";
import { askedOf, type Completion, ownCompletions, suggestedCompletions, take, typingAt } from "../completion.ts";
import { Icon } from "./icon.tsx";

interface SearchBoxProps {
  readonly text: string;
  /** While it is typed. */
  readonly onText: (text: string) => void;
  /** When it is finished, by Enter. */
  readonly onDone: () => void;
}

const SUGGEST_AFTER_MS = 100;
const SHOWN_MAX = 8;

export function SearchBox({ text, onText, onDone }: SearchBoxProps) {
  const field = useRef<HTMLInputElement>(null);
  const completions = useSignal<readonly Completion[]>([]);
  /** -1 for none: then Enter finishes. */
  const chosen = useSignal(-1);
  const caret = useRef(text.length);
  const asking = useRef<AbortController>(undefined);

  const close = () => {
    asking.current?.abort();
    completions.value = [];
    chosen.value = -1;
  };
  useEffect(() => close, []);

  const propose = async (value: string) => {
    close();
    const typing = typingAt(value, caret.current);
    const own = ownCompletions(typing);
    completions.value = own.slice(0, SHOWN_MAX);
    const q = askedOf(typing);
    if (q === "") return;
    const ending = asking.current = new AbortController();
    await new Promise((resolve) => setTimeout(resolve, SUGGEST_AFTER_MS));
    if (ending.signal.aborted) return;
    try {
      const query = { q, limit: 6 };
      const { items } = await ask(api().GET("/v1/suggest", { params: { query }, signal: ending.signal }));
      if (!ending.signal.aborted) {
        completions.value = [...own, ...suggestedCompletions(typing, items)].slice(0, SHOWN_MAX);
      }
    } catch {
      // Without suggestions the search goes on; its own request says what is wrong.
    }
  };

  const onInput = ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => {
    caret.current = currentTarget.selectionStart ?? currentTarget.value.length;
    onText(currentTarget.value);
    propose(currentTarget.value);
  };

  const accept = (completion: Completion) => {
    const taken = take(text, typingAt(text, caret.current), completion);
    caret.current = taken.caret;
    onText(taken.text);
    if (completion.insert.endsWith(":")) propose(taken.text);
    else close();
    // The field has the new text only after it was drawn.
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(taken.caret, taken.caret);
    });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const { length } = completions.value;
    const completion = completions.value[chosen.value];
    if (event.key === "ArrowDown" && length > 0) chosen.value = (chosen.value + 1) % length;
    else if (event.key === "ArrowUp" && length > 0) {
      chosen.value = (chosen.value + length - (chosen.value < 0 ? 0 : 1)) % length;
    } else if (event.key === "Escape" && length > 0) close();
    else if (event.key === "Tab" && completion !== undefined) accept(completion);
    else if (event.key === "Enter" && completion !== undefined) accept(completion);
    else if (event.key === "Enter") {
      close();
      onDone();
    } else return;
    event.preventDefault();
  };

  const open = completions.value.length > 0;
  return (
    <search class="search-box">
      <Icon name="search" />
      <input
        ref={field}
        type="search"
        list={undefined}
        name="q"
        role="combobox"
        aria-label="Search everything"
        aria-expanded={open}
        aria-controls="completions"
        aria-autocomplete="list"
        aria-activedescendant={chosen.value < 0 ? undefined : `completion-${chosen.value}`}
        placeholder="Search mails, events, files, people…"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        value={text}
        onInput={onInput}
        onKeyDown={onKeyDown}
        onBlur={close}
      />
      {text === ""
        ? <kbd aria-hidden="true">/</kbd>
        : (
          <button type="button" class="square" aria-label="Clear" onClick={() => (onText(""), field.current?.focus())}>
            <Icon name="close" size={18} />
          </button>
        )}
      <ul id="completions" role="listbox" aria-label="Completions" hidden={!open}>
        {completions.value.map((completion, index) => (
          <li
            key={completion.insert}
            id={`completion-${index}`}
            role="option"
            aria-selected={index === chosen.value}
            // Before the field loses the focus, which would close the list.
            onPointerDown={(event) => (event.preventDefault(), accept(completion))}
          >
            <span>{completion.label}</span>
            <small>{completion.detail}</small>
          </li>
        ))}
      </ul>
    </search>
  );
}
