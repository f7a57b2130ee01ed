/** From page to page of a list whose cursor is in the address. */
import { href } from "../router.ts";

interface PagesProps {
  readonly page: string;
  readonly cursor: string;
  readonly next_cursor: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

export function Pages({ page, cursor, next_cursor, parameters = {} }: PagesProps) {
  if (cursor === "" && next_cursor === "") return null;
  return (
    <nav class="pages" aria-label="Pages of the list">
      {cursor !== "" && <a class="button" href={href([page], parameters)}>First page</a>}
      {next_cursor !== "" && (
        <a class="button" href={href([page], { ...parameters, cursor: next_cursor })}>
          Next page
        </a>
      )}
    </nav>
  );
}
