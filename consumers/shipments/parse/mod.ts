/** Reading shipments out of mails. */
export { trackingUrl } from "./carriers.ts";
export { type MailFacts, parseMail } from "./mail.ts";
