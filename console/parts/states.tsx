/** What stands in place of data: nothing yet, nothing at all, or what went wrong and what to do. */
import type { ComponentChildren } from "preact";
import { Unreachable } from "../api.ts";
import type { Loaded } from "../load.ts";
import { Icon, type IconName } from "./icon.tsx";

interface EmptyProps {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ComponentChildren;
  /** It is all that is on the page. */
  readonly alone?: boolean;
}

/** Nothing is there; the children say what to do about it. */
export function Empty({ icon, title, children, alone = false }: EmptyProps) {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon name={icon} size={28} />
      </span>
      {alone ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children !== undefined && <div class="soft">{children}</div>}
    </div>
  );
}

/** What went wrong, with a way to try again. */
export function Failed({ error, again }: { readonly error: Error; readonly again?: () => void }) {
  const away = error instanceof Unreachable;
  return (
    <div class="notice bad" role="alert">
      <Icon name={away ? "away" : "warn"} />
      <p>{error.message}</p>
      {again !== undefined && <button type="button" class="quiet" onClick={again}>Try again</button>}
    </div>
  );
}

/** Lines where data will stand, so that nothing jumps when it comes. */
export function Skeleton({ lines = 4, what }: { readonly lines?: number; readonly what: string }) {
  return (
    <div class="skeleton" role="status">
      <span class="hidden">Loading {what}</span>
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} class="skeleton-row">
          <i />
          <i />
        </div>
      ))}
    </div>
  );
}

interface ShownProps<T> {
  readonly load: Loaded<T> & { reload(): void };
  readonly what: string;
  readonly lines?: number;
  readonly children: (data: T) => ComponentChildren;
}

/** The data when it is there; what went wrong above it. */
export function Shown<T>({ load, what, lines, children }: ShownProps<T>) {
  const { data, error } = load;
  return (
    <>
      {error !== undefined && <Failed error={error} again={load.reload} />}
      {data !== undefined && children(data)}
      {data === undefined && error === undefined && (
        <Skeleton
          what={what}
          {...(lines === undefined ? {} : { lines })}
        />
      )}
    </>
  );
}
