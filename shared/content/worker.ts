/** The thread in which documents are read, one at a time. `thread.ts` starts it, and ends it when it takes too long. */
import { parentPort, workerData } from "node:worker_threads";
import { extractHere } from "./extract.ts";
import { ContentLimits } from "./limits.ts";
import { type Answer, Job } from "./job.ts";

const limits = ContentLimits.parse(workerData);

function answer(message: Answer): void {
  parentPort?.postMessage(message);
}

parentPort?.on("message", (message: unknown) => {
  const { bytes, kind } = Job.parse(message);
  answer(extractHere(bytes, kind, limits));
});
answer("ready");
