/** What requests are for, told with each of them. */
import type { Mailbox, Purpose } from "./port.ts";

/** The mailbox for one purpose; one that a request names itself stands. */
export function usedFor(mailbox: Mailbox, purpose: Purpose): Mailbox {
  return {
    connection: mailbox.connection,
    signal: mailbox.signal,
    request: (url, init = {}) => mailbox.request(url, { purpose, ...init }),
  };
}
