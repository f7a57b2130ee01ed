/**
 * The front: what machines call thousands of times a second has an app of its own. Its few addresses fit the router
 * that matches by one regular expression; the API's do not, since it has fixed names beside parameters.
 */
import type { App } from "./access.ts";

/** Beginnings of the paths that the front answers. */
const PATHS = ["/push/", "/webhooks/"] as const;

/** Where the path begins at the earliest: after `http://`. */
const AFTER_SCHEME = 8;

/** An app with a front. */
export type FrontedApp = App & { readonly front: App };

/** Lets the front answer what is its own. The app lists its routes among its own, for whoever walks over all of them. */
export function withFront(app: App, front: App): FrontedApp {
  const answer = app.fetch;
  app.fetch = (request, ...rest) => {
    const path = request.url.indexOf("/", AFTER_SCHEME);
    const fronted = PATHS.some((beginning) => request.url.startsWith(beginning, path));
    return fronted ? front.fetch(request, ...rest) : answer(request, ...rest);
  };
  app.routes.push(...front.routes.filter(({ path }) => path !== "/*"));
  return Object.assign(app, { front });
}
