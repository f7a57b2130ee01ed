/** What stands around each page: the way to the others, and who is signed in. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { online } from "./online.ts";
import { AccountDialog } from "./pages/account.tsx";
import { Dialog } from "./parts/dialog.tsx";
import { Icon, type IconName, Mark } from "./parts/icon.tsx";
import { href, path } from "./router.ts";
import { isOperator, session } from "./session.ts";
import { simulated } from "./simulator.ts";

interface Place {
  readonly name: string;
  readonly title: string;
  readonly icon: IconName;
}

const PERSONS: readonly Place[] = [
  { name: "search", title: "Search", icon: "search" },
  { name: "people", title: "People", icon: "people" },
  { name: "meetings", title: "Meetings", icon: "calendar" },
  { name: "shipments", title: "Shipments", icon: "parcel" },
  { name: "connections", title: "Connections", icon: "plug" },
];
const OPERATORS: readonly Place[] = [
  { name: "flow", title: "Flow", icon: "flow" },
  { name: "dead-letters", title: "Dead letters", icon: "warn" },
  { name: "audit", title: "Audit log", icon: "key" },
];

/** How many fit beside "More" at the foot of a phone. */
const TABS_MAX = 4;

const SIMULATOR: Place = { name: "simulator", title: "Simulator", icon: "flask" };

function operators(): readonly Place[] {
  return simulated.value.length > 0 ? [...OPERATORS, SIMULATOR] : OPERATORS;
}

function places(): readonly Place[] {
  return isOperator.value ? [...PERSONS, ...operators()] : PERSONS;
}

function PlaceLink({ place, onGo }: { readonly place: Place; readonly onGo?: () => void }) {
  const here = (path.value[0] ?? "search") === place.name || (place.name === "search" && path.value[0] === "documents");
  return (
    <a href={href([place.name])} aria-current={here ? "page" : undefined} onClick={onGo}>
      <Icon name={place.icon} />
      <span>{place.title}</span>
    </a>
  );
}

function Account({ onOpen }: { readonly onOpen: () => void }) {
  const { user = "" } = session.value ?? {};
  const operator = isOperator.value;
  return (
    <button type="button" class="account" onClick={onOpen} aria-haspopup="dialog">
      <span class="avatar" aria-hidden="true">{(user || "?").slice(0, 1).toUpperCase()}</span>
      <span class="account-name">
        <strong>{user || "Nobody chosen"}</strong>
        <small>{operator ? "seen by an operator" : "signed in"}</small>
      </span>
      <Icon name="down" size={16} />
    </button>
  );
}

/** `/` goes to the search field, as on many pages. */
function watchSlash(event: KeyboardEvent): void {
  const { target } = event;
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
  const field = document.querySelector<HTMLInputElement>("input[type=search]");
  if (field === null) return;
  event.preventDefault();
  field.focus();
}

export function Shell({ children }: { readonly children: ComponentChildren }) {
  const account = useSignal(false);
  const more = useSignal(false);
  useEffect(() => {
    addEventListener("keydown", watchSlash);
    return () => removeEventListener("keydown", watchSlash);
  }, []);
  const all = places();
  const tabs = all.length <= TABS_MAX + 1 ? all : all.slice(0, TABS_MAX);
  return (
    <div class="shell">
      <a class="skip" href="#main">Skip to the content</a>
      <header class="rail">
        <a class="brand" href={href([])}>
          <Mark /> <span>Millrace</span>
        </a>
        <nav aria-label="Pages">
          {PERSONS.map((place) => <PlaceLink key={place.name} place={place} />)}
          {isOperator.value && (
            <>
              <p class="rail-title">Operate</p>
              {operators().map((place) => <PlaceLink key={place.name} place={place} />)}
            </>
          )}
        </nav>
        <Account onOpen={() => account.value = true} />
      </header>
      <div class="stage">
        {!online.value && (
          <p class="offline" role="status">
            <Icon name="away" /> Millrace does not answer. What you see may be old; it goes on by itself.
          </p>
        )}
        <main id="main" tabIndex={-1}>{children}</main>
      </div>
      <nav class="tabs" aria-label="Pages">
        {tabs.map((place) => <PlaceLink key={place.name} place={place} />)}
        {tabs.length < all.length && (
          <button type="button" onClick={() => more.value = true} aria-haspopup="dialog">
            <Icon name="more" />
            <span>More</span>
          </button>
        )}
      </nav>
      {more.value && (
        <Dialog title="More" onClose={() => more.value = false}>
          <div class="menu">
            {all.slice(tabs.length).map((place) => (
              <PlaceLink
                key={place.name}
                place={place}
                onGo={() => more.value = false}
              />
            ))}
          </div>
        </Dialog>
      )}
      {account.value && <AccountDialog onClose={() => account.value = false} />}
    </div>
  );
}
