/** The addresses of connecting. What stands behind them is loaded when somebody connects: a start must not wait for it. */
import { allow, type App } from "../access.ts";
import type { ConnectPorts } from "./flow.ts";

/** Puts the pages of connecting into the app: `/connect/{ticket}` and `/oauth/{provider}/callback`. */
export function addConnectPages(app: App, ports: ConnectPorts): void {
  const { random } = ports.deps;
  app.get("/connect/:ticket", allow("public"), async (c) => {
    const { answerPage, showConfirmation } = await import("./flow.ts");
    return answerPage(c, random, await showConfirmation(ports, c));
  });
  app.post("/connect/:ticket", allow("public"), async (c) => {
    const { answerPage, confirm } = await import("./flow.ts");
    const next = await confirm(ports, c);
    return next instanceof URL ? c.redirect(next.href, 303) : answerPage(c, random, next);
  });
  app.get("/oauth/:provider/callback", allow("public"), async (c) => {
    const { answerPage, comeBack } = await import("./flow.ts");
    return answerPage(c, random, await comeBack(ports, c));
  });
}
