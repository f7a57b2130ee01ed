/** What protects: encryption at rest, API keys, and the tokens of those who call. */
export { type ApiKeys, type KeyInfo, looksLikeApiKey, openApiKeys, randomToken } from "./api_keys.ts";
export { type AuditLog, type AuditNote, type AuditQuery, erasedName, openAuditLog } from "./audit.ts";
export { equalInConstantTime } from "./constant_time.ts";
export { type GraphTokens, openGraphTokens } from "./graph_tokens.ts";
export { type JwtAccess, openJwtAccess } from "./jwt_access.ts";
export { readOrCreateKey } from "./key_file.ts";
export { openPushVerifier, type PushVerifier } from "./push_token.ts";
export { type Resealed, resealTokens } from "./reseal.ts";
export { openVault, type Vault } from "./vault.ts";
