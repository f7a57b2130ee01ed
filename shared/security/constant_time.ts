const encoder = new TextEncoder();

/**
 * Compares what somebody presents with a secret, in a time that depends on the presented length alone. An empty secret
 * equals nothing: one that is not configured must let nobody in.
 */
export function equalInConstantTime(presented: string, secret: string): boolean {
  const given = encoder.encode(presented);
  const expected = encoder.encode(secret);
  if (expected.length === 0) return false;
  let difference = given.length ^ expected.length;
  for (let at = 0; at < given.length; at++) difference |= (given[at] ?? 0) ^ (expected[at % expected.length] ?? 0);
  return difference === 0;
}
