/** Reading people out of documents. */
export { mentionsIn } from "./mentions.ts";
