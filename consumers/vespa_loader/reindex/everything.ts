import type { SearchQuery } from "../../../shared/index/port.ts";
import { queryWords } from "../../../shared/index/query_words.ts";

/** A search that lists all of a person's documents, the newest first. */
export function everything(user_id: string): SearchQuery {
  return {
    user_id,
    words: queryWords(""),
    types: [],
    providers: [],
    conditions: [],
    after: "",
    before: "",
    sort: "newest",
    cursor: "",
    limit: 1,
    explain: false,
  };
}
