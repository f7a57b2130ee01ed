/** Reading shipments out of mails. */
export { trackingUrl } from "./carriers.ts";
export { parseMail } from "./mail.ts";
export type { MailFacts } from "./reading.ts";
