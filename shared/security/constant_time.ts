/**
 * Compares what somebody presents with a secret, in a time that depends on the presented length alone. An empty secret
 * equals nothing: one that is not configured must let nobody in.
 */
export function equalInConstantTime(presented: string, secret: string): boolean {
  if (secret === "") return false;
  let difference = presented.length ^ secret.length;
  for (let at = 0; at < presented.length; at++) {
    difference |= presented.charCodeAt(at) ^ secret.charCodeAt(at % secret.length);
  }
  return difference === 0;
}
