/**
 * Compares what somebody presents with a secret, in a time that depends on the presented length alone. An empty secret
 * equals nothing: one that is not configured must let nobody in.
 */
export function equalInConstantTime(presented: string, secret: string): boolean {
  if (secret === "") return false;
  const alike = presented.length === secret.length;
  const other = alike ? secret : presented;
  let difference = 0;
  for (let at = 0; at < presented.length; at++) difference |= presented.charCodeAt(at) ^ other.charCodeAt(at);
  return alike && difference === 0;
}
