/** The full names of what lives in a project. */
export interface Names {
  readonly project: string;
  topic(name: string): string;
  subscription(name: string): string;
  /** The schema of a topic's messages. */
  schema(topic: string): string;
}

/** How the names of a project are made: the prefix stands before each short name. */
export function namesOf(options: { readonly projectId: string; readonly topicPrefix: string }): Names {
  const project = `projects/${options.projectId}`;
  return {
    project,
    topic: (name) => `${project}/topics/${options.topicPrefix}${name}`,
    subscription: (name) => `${project}/subscriptions/${options.topicPrefix}${name}`,
    schema: (topic) => `${project}/schemas/${options.topicPrefix}${topic}-event`,
  };
}

/** The last part of a full name. */
export function shortName(full: string): string {
  return full.slice(full.lastIndexOf("/") + 1);
}
