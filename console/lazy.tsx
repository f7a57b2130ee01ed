/** Pages that are fetched when somebody goes there. */
import type { ComponentType } from "preact";
import { asError, useLoad } from "./load.ts";
import { Failed, Skeleton } from "./parts/states.tsx";

/** A page out of a module that is not loaded yet; what was loaded once is there at once. */
export function lazy(load: () => Promise<{ readonly default: ComponentType }>): ComponentType {
  let loaded: ComponentType | undefined;
  return function Lazy() {
    const page = useLoad("page", async () => loaded ??= (await load()).default);
    const Page = loaded ?? page.data;
    if (Page !== undefined) return <Page />;
    return page.error === undefined
      ? <Skeleton what="the page" />
      : <Failed error={asError(page.error)} again={page.reload} />;
  };
}
