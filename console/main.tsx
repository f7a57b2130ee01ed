/** The console: begins with who is signed in, then shows the page of the address. */
import { render } from "preact";
import { App } from "./app.tsx";
import { watchOnline } from "./online.ts";
import { watchAddress } from "./router.ts";
import { applyTheme } from "./theme.ts";

applyTheme();
watchOnline();
watchAddress();
const root = document.getElementById("app");
if (root !== null) render(<App />, root);
