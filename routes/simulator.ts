/**
 * `/console/simulator/…`: the simulated providers of `deno task dev`, for the console's panel. The providers themselves
 * take no orders from a page; here they come from an operator. Where the providers are real, there are no people.
 */
import { allow, type App } from "./access.ts";
import { missing } from "./problem.ts";

/** Asks the control surface of the simulated providers; with a body by POST. */
export type SimulatorControl = (path: string, body?: string) => Promise<Response>;

/** Puts the panel's routes into the app. */
export function addSimulatorRoutes(app: App, simulator: SimulatorControl | null): void {
  app.get("/console/simulator/people", allow("admin"), async (c) => {
    if (simulator === null) return c.json({ people: [], silent: false });
    return c.json(await (await simulator("")).json());
  });
  app.post("/console/simulator/people/:user/:command", allow("admin"), async (c) => {
    if (simulator === null) throw missing("simulator");
    const { user, command } = c.req.param();
    const path = `/people/${encodeURIComponent(user)}/${encodeURIComponent(command)}`;
    const answer = await simulator(path, await c.req.text());
    return c.json(await answer.json(), answer.ok ? 200 : 400);
  });
}
