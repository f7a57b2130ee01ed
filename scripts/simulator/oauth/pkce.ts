/** Whether a verifier belongs to an S256 challenge (RFC 7636). No challenge at authorization: none is asked for. */
export async function verifies(verifier: string | undefined, challenge: string | undefined): Promise<boolean> {
  if (challenge === undefined) return true;
  if (verifier === undefined || !/^[A-Za-z0-9\-._~]{43,128}$/.test(verifier)) return false;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
  const text = btoa(String.fromCharCode(...digest)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return text === challenge;
}
