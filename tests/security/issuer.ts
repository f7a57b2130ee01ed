/** An issuer of JWTs whose keys a test can rotate and whose server it can take away. */
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { Fetch } from "../../shared/contracts/deps.ts";

export interface Issuer {
  readonly fetch: Fetch;
  /** How often each address was asked. */
  readonly asked: Map<string, number>;
  /** Makes a new key the only one. */
  rotate(kid: string): Promise<void>;
  away: boolean;
  sign(claims: Record<string, unknown>, header?: { kid?: string; alg?: string }): Promise<string>;
  documents: Map<string, unknown>;
}

/** Answers each address of `documents`, and the key set at `jwksUrl`. */
export async function openIssuer(jwksUrl: string): Promise<Issuer> {
  let keys = { kid: "", pair: await generateKeyPair("RS256", { extractable: true }) };
  const issuer: Issuer = {
    asked: new Map(),
    documents: new Map(),
    away: false,
    async fetch(input) {
      const url = String(input);
      issuer.asked.set(url, (issuer.asked.get(url) ?? 0) + 1);
      if (issuer.away) throw new TypeError("connection refused");
      if (url === jwksUrl) {
        const key = { ...(await exportJWK(keys.pair.publicKey)), kid: keys.kid, alg: "RS256", use: "sig" };
        return Response.json({ keys: [key] }, { headers: { "cache-control": "public, max-age=3600" } });
      }
      const document = issuer.documents.get(url);
      return document === undefined ? new Response("", { status: 404 }) : Response.json(document);
    },
    async rotate(kid) {
      keys = { kid, pair: await generateKeyPair("RS256", { extractable: true }) };
    },
    sign: (claims, header = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: keys.kid, ...header }).sign(keys.pair.privateKey),
  };
  await issuer.rotate("key-1");
  return issuer;
}
