/** The contact groups: what a person calls those that they know. */
import { z } from "zod";
import { Line, listOf } from "./fields.ts";
import type { PeopleCursor } from "./people_cursor.ts";
import { groupsOf } from "./person.ts";
import type { GoogleReader } from "./resource.ts";

const Groups = z.object({
  contactGroups: listOf(z.object({ resourceName: Line, groupType: Line, formattedName: Line, name: Line })),
});

/** The groups' names, read again when somebody is in one that is not known, at most once a round. */
export async function knownGroups(
  { mailbox, urls }: GoogleReader,
  { groups, groups_read }: Pick<PeopleCursor, "groups" | "groups_read">,
  items: readonly unknown[],
): Promise<Pick<PeopleCursor, "groups" | "groups_read">> {
  const unknown = items.some((item) => groupsOf(item).some((group) => !(group in groups)));
  if (groups_read || !unknown) return { groups, groups_read };
  const answer = await mailbox.request(`${urls.people}/contactGroups?pageSize=1000`);
  const parsed = Groups.safeParse(answer.json);
  if (answer.status !== 200 || !parsed.success) return { groups, groups_read: true };
  const known: Record<string, string> = {};
  for (const { resourceName, groupType, formattedName, name } of parsed.data.contactGroups) {
    // "My contacts" and the like are everybody's: they say nothing of a person. Known they are all the same.
    known[resourceName] = groupType === "SYSTEM_CONTACT_GROUP" ? "" : name || formattedName;
  }
  return { groups: known, groups_read: true };
}
