/**
 * The switches by which a test or a person makes the simulated providers misbehave. All are off, or at the documented
 * value, at first. A share is between 0 and 1. The table from the rows of the protocol notes to these switches is in
 * the folder's README.
 */
export class SimulatorFaults {
  /** Share of notifications that are silently lost. */
  dropNotifications = 0;
  /** Share of notifications that are sent a second time. */
  duplicateNotifications = 0;
  /** Share of created mails that are followed by an `updated` notification as well (F-4). */
  extraUpdates = 0;
  /** Milliseconds by which each notification is late; with `shuffle`, a random time up to it. */
  lateNotifications = 0;
  /** The most items that one Graph notification carries; what changes while one is under way waits for the next. */
  itemsPerNotification = 10;
  /** Notifications that wait together go out in another order. */
  shuffle = false;
  /** Calls answered with 429 (Graph) or 403/429 (Google): a share of all, or the next so many. */
  throttle: Throttle = { share: 0, next: 0, retryAfterSeconds: 10 };
  /** The same for the inner requests of a batch; the batch itself answers 200. */
  throttleInner: Throttle = { share: 0, next: 0, retryAfterSeconds: 5 };
  /** Share of calls answered with a 5xx. */
  serverErrors = 0;
  /** A 5xx comes as an HTML page instead of JSON (G-24). */
  htmlErrors = false;
  /** Each call takes this long, by the clock. */
  slowMs = 0;
  /** Lifetime of access tokens. */
  accessTokenSeconds = 3_600;
  /** Microsoft: a used refresh token is refused the next time, so that the loser of a race sees invalid_grant (F-29). */
  refreshTokensOnce = false;

  /** Graph: how a lost cursor is answered. */
  lostCursor: { status: number; code: string } = { status: 410, code: "SyncStateNotFound" };
  /** Graph: how a lost cursor of a drive is answered. */
  lostDriveCursor: { status: number; code: string } = { status: 410, code: "resyncChangesApplyDifferences" };
  /** Graph: business and personal drives leave different members out of their delta. */
  driveType: "business" | "personal" = "business";
  /** Graph: share of delta reads with a token, in the middle of a round too, that find it lost (F-10). */
  loseCursorShare = 0;
  /** The first delta or history read after a notification finds nothing yet (B1-9, F-18). */
  emptyFirstDelta = false;
  /** Delta and history know a change only so many milliseconds after it was made. */
  deltaDelayMs = 0;
  /** Graph: every other delta page is empty and carries a nextLink (F-12). */
  emptyPages = false;
  /** Graph: a delta round never ends; its pages repeat under changing links (F-11). */
  endlessPages = false;
  /** Graph: a change of `isRead` alone comes as a partial item without an etag (G-1). */
  partialItems = true;
  /** Graph: each page after the first repeats the last item of the page before. */
  repeatItemsOnPages = false;
  /** Graph: an item that comes back to a folder it had left stays `@removed` there for delta (F-9). */
  loseMovedBack = false;
  /** Graph: the `@removed` of a moved mail shows up so many milliseconds after the item in its new folder (G-11). */
  lateRemovals = 0;
  /** Graph: even an immutable id changes when a mail is moved, as classic Outlook does it (F-8). */
  immutableIdsChange = false;
  /** Graph: `$select=wellKnownName` is refused, as for personal accounts (G-4). */
  personalAccounts = true;
  /** Graph: the language of the well-known folders' display names (G-4). */
  folderLanguage: "en" | "de" | "fr" | "nl" = "en";
  /** Graph: the order in which folders are listed. */
  orderOfFolderReads: "created" | "reversed" | "shuffled" = "created";
  /** Graph: texts that are not set come as null instead of an empty text (G-10). */
  unsetAsNull = false;
  /** Graph: the same subscription may be created twice (F-5). */
  duplicateSubscriptions = false;
  /** Graph: the validation token is a sentence with spaces and markup (F-2) or an opaque word. */
  validationToken: "sentence" | "word" = "sentence";
  /** Graph: requests at once that a mailbox allows (F-13). */
  concurrencyPerMailbox = 4;
  /** Graph: requests in ten minutes that a mailbox allows. */
  requestsPerTenMinutes = 10_000;

  /** Gmail: quota units in a minute that a user may spend. */
  unitsPerMinute = 15_000;
  /** Google: how throttling is said: 403 with one of several reasons, or 429. */
  googleThrottle: "rateLimitExceeded" | "userRateLimitExceeded" | "quotaExceeded" | "dailyLimitExceeded" | "429" =
    "rateLimitExceeded";
  /** Google: calls in a minute that a user may make of each API but Gmail. */
  callsPerMinute: Record<string, number> = { calendar: 600, people: 600, tasks: 600, drive: 12_000 };
  /** Google: a channel's `sync` message arrives before the answer to the call that made the channel. */
  earlySyncMessages = true;
  /** Drive: how a lost page token is answered. */
  lostPageToken: 400 | 404 | 410 = 400;
  /** Drive: an export of more than so many bytes is refused. */
  exportBytesMax = 10_000_000;
  /** Drive: share of exports that are answered with 500, however often they are asked for. */
  brokenExports = 0;
  /** Gmail: share of history records that carry only `messages` (G-16). */
  bareHistory = 0.02;
  /** Gmail: a history answer that finds nothing yet names a newer history id all the same (F-18). */
  historyIdRunsAhead = false;
  /** Gmail: the push's data is base64url without padding instead of base64. */
  base64urlPush = false;
  /** Gmail: the history id in a push is a number instead of a text. */
  numericHistoryId = false;

  #lost = 0;
  #tooOld = 0;
  /** Tokens issued under an earlier generation are lost. */
  cursorGeneration = 0;
  #forget: (() => void) | undefined;
  #revoke: ((user: string) => void) | undefined;

  /** Graph: the next so many delta reads with a token find it lost; "all": every token issued so far is. */
  set loseCursors(next: number | "all") {
    if (next === "all") this.cursorGeneration++;
    else this.#lost = next;
  }
  get loseCursors(): number {
    return this.#lost;
  }

  /** People: the next so many full rounds are refused by their own quota. */
  fullSyncQuota = 0;

  /** Uses up one of the refusals of a full round; false when none is left. */
  takeFullSyncQuota(): boolean {
    return this.fullSyncQuota > 0 && this.fullSyncQuota-- > 0;
  }

  /** Gmail: the next so many history reads answer 404; "all": history up to now is gone for good. */
  set historyTooOld(next: number | "all") {
    if (next === "all") this.#forget?.();
    else this.#tooOld = next;
  }
  get historyTooOld(): number {
    return this.#tooOld;
  }

  /** The person withdraws consent: refreshing answers invalid_grant, and tokens in use stop working. */
  revokeTokens(user: string): void {
    this.#revoke?.(user);
  }

  /** Uses up one of the lost cursors asked for; false when none is left. */
  takeLostCursor(): boolean {
    return this.#lost > 0 && this.#lost-- > 0;
  }

  /** Uses up one of the expired histories asked for; false when none is left. */
  takeHistoryTooOld(): boolean {
    return this.#tooOld > 0 && this.#tooOld-- > 0;
  }

  /** Called once by the simulator, which does what a switch alone cannot. */
  connect(effects: { forgetHistory: () => void; revokeTokens: (user: string) => void }): void {
    this.#forget = effects.forgetHistory;
    this.#revoke = effects.revokeTokens;
  }
}

/** Which calls are throttled, and for how long. */
export interface Throttle {
  /** Share of calls. */
  share?: number;
  /** The next so many calls; counted down. */
  next?: number;
  retryAfterSeconds: number;
}

/** Whether this call is one to throttle; counts down. */
export function takeThrottle(throttle: Throttle, happens: (share: number) => boolean): boolean {
  if ((throttle.next ?? 0) > 0) {
    throttle.next = (throttle.next ?? 0) - 1;
    return true;
  }
  return happens(throttle.share ?? 0);
}
