/** An operator has not said yet whose data to show. */
import { useTitle } from "../parts/page.tsx";
import { Empty } from "../parts/states.tsx";
import { href } from "../router.ts";
import { PersonForm } from "./account.tsx";

export function ChoosePerson() {
  useTitle("Whose data?");
  return (
    <Empty icon="people" title="Whose data do you want to see?" alone>
      <p>
        You are signed in as an operator. Name a person, or look at the <a href={href(["flow"])}>flow</a> of all.
      </p>
      <PersonForm />
    </Empty>
  );
}
