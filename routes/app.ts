/** The empty app of the API. Routes are put into it by `mod.ts`. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { App, AppEnv } from "./access.ts";
import { type Frame, framed } from "./frame.ts";
import { validationAnswer } from "./problem_answer.ts";

/** An app without routes, in its frame. */
export function openApp(frame: Frame): App {
  return framed<App>(new OpenAPIHono<AppEnv>({ defaultHook: validationAnswer }), frame);
}
