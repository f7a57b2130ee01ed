/** The page of the address, inside the shell; or the way in. */
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { ask, clientFor } from "./api.ts";
import { asError } from "./load.ts";
import { lazy } from "./lazy.tsx";
import { ChoosePerson } from "./pages/choose_person.tsx";
import { Connections } from "./pages/connections.tsx";
import { DocumentPage } from "./pages/document.tsx";
import { Lost } from "./pages/lost.tsx";
import { SearchPage } from "./pages/search.tsx";
import { SignIn } from "./pages/sign_in.tsx";
import { Failed, Skeleton } from "./parts/states.tsx";
import { path } from "./router.ts";
import { initialCredentials, isOperator, session, signedOutBecause, signIn } from "./session.ts";
import { findSimulator } from "./simulator.ts";
import { Shell } from "./shell.tsx";

/** Whether it is known by now who is signed in. */
const begun = signal(false);
const failed = signal<Error | undefined>(undefined);

async function begin(): Promise<void> {
  failed.value = undefined;
  const given = initialCredentials();
  try {
    if (given !== null) {
      const me = await ask(clientFor(given).GET("/v1/me"));
      signIn({ key: given.key, scope: me.scope, user: me.user_id }, false);
      if (me.scope === "admin") findSimulator();
    }
  } catch (thrown) {
    const error = asError(thrown);
    if (error.name === "Unreachable") failed.value = error;
    else signedOutBecause.value = error.message;
  }
  begun.value = true;
}

/** What a person has. */
const PERSONAL: Readonly<Record<string, ComponentType>> = {
  "": SearchPage,
  search: SearchPage,
  documents: DocumentPage,
  people: lazy(() => import("./pages/people.tsx")),
  meetings: lazy(() => import("./pages/meetings.tsx")),
  shipments: lazy(() => import("./pages/shipments.tsx")),
  connections: Connections,
};

/** What operators look after. */
const OPERATORS: Readonly<Record<string, ComponentType>> = {
  flow: lazy(() => import("./pages/flow.tsx")),
  "dead-letters": lazy(() => import("./pages/dead_letters.tsx")),
  simulator: lazy(() => import("./pages/simulator.tsx")),
  audit: lazy(() => import("./pages/audit.tsx")),
};

/** The page at an address, for who is signed in. */
function pageAt(name: string): ComponentType {
  const personal = PERSONAL[name];
  if (personal !== undefined) return session.value?.user === "" ? ChoosePerson : personal;
  return (isOperator.value ? OPERATORS[name] : undefined) ?? Lost;
}

export function App() {
  useEffect(() => {
    begin();
  }, []);
  if (failed.value !== undefined) {
    return (
      <main class="alone">
        <Failed error={failed.value} again={begin} />
      </main>
    );
  }
  if (!begun.value) {
    return (
      <main class="alone">
        <Skeleton what="the console" />
      </main>
    );
  }
  if (session.value === null) return <SignIn />;
  const Page = pageAt(path.value[0] ?? "");
  return (
    <Shell>
      <Page key={`${path.value[0] ?? "search"} ${session.value.user}`} />
    </Shell>
  );
}
