/** Where documents come from: the port, the mailbox, and the adapters of Microsoft and Google. */
export { type GoogleConfig, openGoogle, parseGmailNotification } from "./google/mod.ts";
export { type MailboxOptions, openMailbox } from "./mailbox.ts";
export { type MicrosoftConfig, openMicrosoft, parseNotifications } from "./microsoft/mod.ts";
export { tokenRecord, type Vault } from "./tokens.ts";
export type * from "./port.ts";
