/** The page of the address, inside the shell; or the way in. */
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { ask, clientFor } from "./api.ts";
import { asError } from "./load.ts";
import { Connections } from "./pages/connections.tsx";
import { DocumentPage } from "./pages/document.tsx";
import { Lost } from "./pages/lost.tsx";
import { SearchPage } from "./pages/search.tsx";
import { SignIn } from "./pages/sign_in.tsx";
import { Failed, Skeleton } from "./parts/states.tsx";
import { path } from "./router.ts";
import { initialCredentials, session, signedOutBecause, signIn } from "./session.ts";
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
    }
  } catch (thrown) {
    const error = asError(thrown);
    if (error.name === "Unreachable") failed.value = error;
    else signedOutBecause.value = error.message;
  }
  begun.value = true;
}

const PAGES: Readonly<Record<string, ComponentType>> = {
  "": SearchPage,
  search: SearchPage,
  documents: DocumentPage,
  connections: Connections,
};

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
  const Page = PAGES[path.value[0] ?? ""] ?? Lost;
  return (
    <Shell>
      <Page key={`${path.value[0]} ${session.value.user}`} />
    </Shell>
  );
}
