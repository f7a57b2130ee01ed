/** An address at which nothing is. */
import { Empty } from "../parts/states.tsx";
import { useTitle } from "../parts/page.tsx";
import { href } from "../router.ts";

export function Lost() {
  useTitle("Not found");
  return (
    <Empty icon="search" title="There is nothing at this address" alone>
      <p>
        <a href={href(["search"])}>Go to search</a>
      </p>
    </Empty>
  );
}
