/** Noting in the audit log what a request did. */
import type { Context } from "hono";
import type { AuditAction, AuditEntry } from "../shared/contracts/audit.ts";
import type { Deps } from "../shared/contracts/deps.ts";
import type { AuditLog, AuditNote } from "../shared/security/mod.ts";
import type { AppEnv } from "./access.ts";

/** What was done; who did it, and for whom when nobody is named here, is the request's caller. */
export type Done = { readonly action: AuditAction } & Partial<Pick<AuditEntry, "user_id" | "object" | "note">>;

/** Notes what the request did. Resolves when it is noted, and never rejects. */
export type Audited = (c: Context<AppEnv>, done: Done) => Promise<void>;

/**
 * Notes what was done after it was done: refusing then would not undo it. What the log can't keep is said in the
 * instance's own log instead, and counted.
 */
export function auditing(keep: Keep): Audited {
  return async (c, { action, user_id, object = "", note = "" }) => {
    const { user_id: caller, via, by } = c.get("caller");
    await keep({ action, via, by, user_id: user_id ?? caller, object, note, request_id: c.get("request_id") ?? "" });
  };
}

/** Keeps an entry, or says that it could not. Never rejects. */
export type Keep = (entry: AuditNote) => Promise<void>;

/** How what was done is kept. */
export function keeping(audit: Pick<AuditLog, "append">, { log, counters }: Pick<Deps, "log" | "counters">): Keep {
  return async (entry) => {
    try {
      await audit.append(entry);
    } catch (error) {
      const { action, via, by, user_id, object, request_id } = entry;
      counters.add("audit_lost_total", { action });
      const reason = `${via} ${by} ${object}`;
      log.error("audit.not_kept", { operation: action, user_id, reason, correlation_id: request_id, error });
    }
  };
}
