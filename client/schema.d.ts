// Made by `deno run --allow-all scripts/client_types.ts` from the routes; do not edit.
// deno-lint-ignore-file
// deno-fmt-ignore-file
export interface paths {
    "/v1/admin/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List who did what, newest first
         * @description Kept for `AUDIT_RETENTION_DAYS`. An operator's acting for a person is noted once a minute for each route; connecting, syncing, replaying, keys and the like each time.
         */
        get: {
            parameters: {
                query?: {
                    action?: ("acted_for" | "connected" | "disconnected" | "chosen" | "synced" | "replayed" | "discarded" | "sought" | "rotated" | "key_made" | "key_changed" | "key_revoked" | "exported" | "erased" | "reindexed") | "";
                    /** @description `next_cursor` of the page before; empty: the first. */
                    cursor?: string;
                    /** @description Entries of this moment and later. */
                    from?: string | "";
                    /** @description How many at most, 1 to 200. */
                    limit?: number;
                    /** @description Entries before this moment. */
                    until?: string | "";
                    /** @description A user id, as entries show it. */
                    user?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description One page. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["AuditEntry"][];
                            next_cursor: string;
                        };
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/audit/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export the audit log
         * @description All entries that match, newest first, one JSON object a line. The export itself is noted.
         */
        get: {
            parameters: {
                query?: {
                    action?: ("acted_for" | "connected" | "disconnected" | "chosen" | "synced" | "replayed" | "discarded" | "sought" | "rotated" | "key_made" | "key_changed" | "key_revoked" | "exported" | "erased" | "reindexed") | "";
                    /** @description Entries of this moment and later. */
                    from?: string | "";
                    /** @description Entries before this moment. */
                    until?: string | "";
                    /** @description A user id, as entries show it. */
                    user?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The entries. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/x-ndjson; charset=utf-8": string;
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/backup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download a backup of the state
         * @description Gzipped JSON lines for `deno task restore`: connections with their tokens as they are encrypted, ledgers, contacts, meetings, shipments, keys, dead letters. The last line tells a whole file from a broken-off one.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The backup. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/gzip": string;
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/checkup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is wrong, why, and what mends it
         * @description Empty when all is well. It only reads, and looks at 2,000 accounts at most.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The findings, errors first. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["Finding"][];
                        };
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the connections of an account, of all people */
        get: {
            parameters: {
                query: {
                    /** @description The account's address. */
                    address: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description All of them. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["AccountConnection"][];
                            /** @enum {string} */
                            next_cursor: "";
                        };
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /**
         * Disconnect an account everywhere
         * @description Ends each connection of the account as its person could. With `purge` what was read is withdrawn.
         */
        delete: {
            parameters: {
                query: {
                    /** @description The account's address. */
                    address: string;
                    purge?: "true" | "false";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description These end. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["AccountConnection"][];
                            /** @enum {string} */
                            next_cursor: "";
                        };
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/dead-letter-summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Count them by subscription, kind and reason */
        get: {
            parameters: {
                query?: {
                    kind?: ("permanent" | "transient" | "exhausted" | "waiting") | "";
                    /** @description How the reason begins, such as its code. */
                    reason?: string;
                    subscription?: string;
                    /** @description Whose messages. */
                    user?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The counts. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeadLetterCounts"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what could not be handled, newest first */
        get: {
            parameters: {
                query?: {
                    /** @description `next_cursor` of the page before; empty: the first. */
                    cursor?: string;
                    kind?: ("permanent" | "transient" | "exhausted" | "waiting") | "";
                    /** @description How many at most, 1 to 200. */
                    limit?: number;
                    /** @description How the reason begins, such as its code. */
                    reason?: string;
                    subscription?: string;
                    /** @description Whose messages. */
                    user?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description One page. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["DeadLetterSummary"][];
                            next_cursor: string;
                        };
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/dead-letters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read one, with its message */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The dead letter. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeadLetter"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/dead-letters/{id}/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give one up for good */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": {
                        /**
                         * @description Why, in words; kept in the audit log.
                         * @default
                         */
                        because?: string;
                    };
                };
            };
            responses: {
                /** @description It is gone. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/dead-letters/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hand one back to the subscription that failed, and to it alone
         * @description One that is older than 30 days is read anew at its provider instead of being published as it was.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It is on its way and no longer listed. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            replayed: "published" | "refetch";
                        };
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It can't be done in the present state. */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/dead-letters/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give many up for good */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Why, in words; kept in the audit log. */
                        because: string;
                        /** @default  */
                        cursor?: string;
                        /**
                         * @description These; empty: all that match the filters.
                         * @default []
                         */
                        ids?: string[];
                        /** @default  */
                        kind?: ("permanent" | "transient" | "exhausted" | "waiting") | "";
                        /** @default 1000 */
                        limit?: number;
                        /**
                         * @description How the reason begins, such as its code.
                         * @default
                         * @example document_invalid
                         */
                        reason?: string;
                        /**
                         * @default
                         * @example vespa-loader-emails
                         */
                        subscription?: string;
                        /**
                         * @description Whose messages.
                         * @default
                         * @example ada
                         */
                        user?: string;
                    };
                };
            };
            responses: {
                /** @description What was done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeadLettersDone"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/dead-letters/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hand many back, at a bounded rate
         * @description Each goes back to the subscription that failed, alone; one that fails again is listed again. An answer comes after 20 seconds at the latest: ask again with its `next_cursor`. See first how many there are.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default  */
                        cursor?: string;
                        /**
                         * @description These; empty: all that match the filters.
                         * @default []
                         */
                        ids?: string[];
                        /** @default  */
                        kind?: ("permanent" | "transient" | "exhausted" | "waiting") | "";
                        /** @default 1000 */
                        limit?: number;
                        /** @default 10 */
                        per_second?: number;
                        /**
                         * @description How the reason begins, such as its code.
                         * @default
                         * @example document_invalid
                         */
                        reason?: string;
                        /**
                         * @default
                         * @example vespa-loader-emails
                         */
                        subscription?: string;
                        /**
                         * @description Whose messages.
                         * @default
                         * @example ada
                         */
                        user?: string;
                    };
                };
            };
            responses: {
                /** @description What was done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeadLettersDone"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/encryption/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Encrypt tokens with the current key
         * @description One page of accounts: what an older key encrypted is encrypted anew with the first of `ENCRYPTION_KEYS`. Call it until `next_cursor` is empty; it may be begun again at any time.
         */
        post: {
            parameters: {
                query?: {
                    /** @description `next_cursor` of the page before; empty: the first. */
                    cursor?: string;
                    /** @description How many at most, 1 to 200. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What was done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Rotated"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/flow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Watch the flow of the data
         * @description Server-sent events named `sample`, one every two seconds, each with one JSON object. Counts are those of the instance that answers and go up from its start: a rate is the difference of two samples. Backlogs are the bus's.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The stream. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": components["schemas"]["FlowSample"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/index": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which versions of the index there are */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The versions. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["IndexVersions"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/index/back": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Search the former version again
         * @description Every instance follows within a second. Said again it changes nothing.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The versions as they are now. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["IndexVersions"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It can't be done in the present state. */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/index/build": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin a second version of the index, which hears of changes from now on
         * @description Every instance follows within a second. Said again it changes nothing.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The versions as they are now. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["IndexVersions"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It can't be done in the present state. */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/index/carry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take over what a person's accounts could not give, from the version that is searched */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default  */
                        cursor?: string;
                        user_id: string;
                    };
                };
            };
            responses: {
                /** @description What was taken over, and where to go on. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            carried: number;
                            next_cursor: string;
                        };
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It can't be done in the present state. */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/index/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Compare both versions for a person: their counts, and what they find for words of the person's titles */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        user_id: string;
                    };
                };
            };
            responses: {
                /** @description Counts only; nothing of what was searched for. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["IndexComparison"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It can't be done in the present state. */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/index/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Keep the version that is searched; the other one is removed
         * @description Every instance follows within a second. Said again it changes nothing.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The versions as they are now. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["IndexVersions"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It can't be done in the present state. */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/index/fill": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have the documents of some people read again at their providers, for the new version alone
         * @description Each is a batch of that person, which can be followed, paused and resumed as any other.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default  */
                        cursor?: string;
                    };
                };
            };
            responses: {
                /** @description Whose documents are read, and where to go on. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                /** @description Empty when there is no account to read from. */
                                batch_id: string;
                                user_id: string;
                            }[];
                            next_cursor: string;
                        };
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It can't be done in the present state. */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/index/switch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Search the version that was built
         * @description Every instance follows within a second. Said again it changes nothing.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The versions as they are now. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["IndexVersions"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It can't be done in the present state. */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the API keys */
        get: {
            parameters: {
                query?: {
                    /** @description `next_cursor` of the page before; empty: the first. */
                    cursor?: string;
                    /** @description How many at most, 1 to 200. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What the keys may do; never the keys. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["ApiKey"][];
                            next_cursor: string;
                        };
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Make an API key
         * @description The key is in this answer and nowhere else: only its hash is stored.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description From then on it opens nothing. Left out: until it is revoked.
                         * @default
                         * @example 2027-01-01T00:00:00.000Z
                         */
                        expires_at?: string | "";
                        /** @default  */
                        name?: string;
                        /**
                         * @description `admin`, or `user:` and a user id
                         * @example user:ada
                         */
                        scope: string;
                    };
                };
            };
            responses: {
                /** @description The key, shown once. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ApiKey"] & {
                            key: string;
                        };
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an API key
         * @description By its id or the beginning of its hash. Other instances follow within five seconds.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It is revoked. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lag, rates and errors of every subscription
         * @description Rates and counts are this instance's own; with several, /metrics of each is the whole.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description All of them. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["SubscriptionFlow"][];
                            /** @enum {string} */
                            next_cursor: "";
                        };
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/subscriptions/{name}/seek": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deliver again to one subscription what was published from a time on
         * @description Everything is handled once more, whatever was done with it before. With `preview` it is only counted. It takes six seconds, in which every instance hears of it. On Pub/Sub, what was published before `from` and still waits counts as handled from then on: choose `from` no later than the oldest message that waits.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        from: string;
                        /** @default false */
                        preview?: boolean;
                    };
                };
            };
            responses: {
                /** @description It is set back, or counted. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Sought"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/topology": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Topics and subscriptions as they should be, and how the bus has them */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The topology. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Topology"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the connected accounts */
        get: {
            parameters: {
                query?: {
                    /** @description `next_cursor` of the page before; empty: the first. */
                    cursor?: string;
                    /** @description How many at most, 1 to 200. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The caller's connections. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["Connection"][];
                            next_cursor: string;
                        };
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read one connection */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The connection. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Connection"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /**
         * Disconnect an account
         * @description Ends the subscriptions, gives the grant back and removes the tokens; a provider that does not answer is told again for a day. With `purge` its documents are withdrawn from search and all else that was made of them.
         */
        delete: {
            parameters: {
                query?: {
                    purge?: "true" | "false";
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It is disconnected. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /**
         * Choose what is given of an account
         * @description One choice for each resource that is named; the others stay. What is left out is removed from search and from all else that was made of it; what is given again is read from its beginning.
         */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        choices: {
                            /** @default true */
                            bodies?: boolean;
                            /** @default [] */
                            containers_in?: string[];
                            /** @default [] */
                            containers_out?: string[];
                            /** @default true */
                            included?: boolean;
                            /**
                             * @default full
                             * @enum {string}
                             */
                            private_events?: "full" | "busy";
                            /** @enum {string} */
                            resource: "mail" | "calendar" | "contacts" | "drive" | "todos";
                            /** @default  */
                            since?: string | "";
                        }[];
                    };
                };
            };
            responses: {
                /** @description The connection. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Connection"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/connections/{id}/containers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the folders, calendars, drives or lists to choose among
         * @description They are asked for at the provider, and come in the order of their paths. Of a drive the first list names the drives and the folders at their top; `parent` names one whose folders are wanted.
         */
        get: {
            parameters: {
                query: {
                    /** @description `next_cursor` of the page before; empty: the first. */
                    cursor?: string;
                    /** @description How many at most, 1 to 200. */
                    limit?: number;
                    /** @description Only those directly in this one. */
                    parent?: string;
                    resource: "mail" | "calendar" | "contacts" | "drive" | "todos";
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The containers. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["Container"][];
                            next_cursor: string;
                        };
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It can't be done in the present state. */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{provider}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Connect an account
         * @description Open `authorize_url` in the person's browser within ten minutes. The page names who will receive the data, then leads to the provider's consent and back. Without `resources` the person is asked for everything.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    provider: "microsoft" | "google";
                };
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": {
                        /** @default [] */
                        resources?: ("mail" | "calendar" | "contacts" | "drive" | "todos")[];
                    };
                };
            };
            responses: {
                /** @description Where the person goes on. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uri */
                            authorize_url: string;
                        };
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It can't be done in the present state. */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/contacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List or search contacts */
        get: {
            parameters: {
                query?: {
                    /** @description `next_cursor` of the page before; empty: the first. */
                    cursor?: string;
                    /** @description Only with an address there. */
                    domain?: string;
                    /** @description Only people, mailing lists, or machines. */
                    kind?: "person" | "list" | "machine";
                    /** @description How many at most, 1 to 200. */
                    limit?: number;
                    /** @description Words that a name, an address or a company begins with; one typing error is forgiven. */
                    q?: string;
                    sort?: "relevance" | "name" | "recent";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description One page. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["ContactSummary"][];
                            next_cursor: string;
                        };
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/contacts/{contact_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a contact, with why it is one and the documents behind it
         * @description The id of any of its addresses finds it, also after contacts were merged.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    contact_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The contact. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Contact"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/contacts/{contact_id}/merge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make one contact of two
         * @description Holds whatever documents come and go, until they are split.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    contact_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ContactMerge"];
                };
            };
            responses: {
                /** @description The contact of both. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Contact"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large. */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/contacts/{contact_id}/split": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make some of a contact's addresses a contact of their own
         * @description Undoes a merge; addresses that were joined automatically are kept apart from now on.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    contact_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ContactSplit"];
                };
            };
            responses: {
                /** @description Both. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            contact: components["schemas"]["Contact"];
                            split_off: components["schemas"]["Contact"];
                        };
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large. */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/contacts/{contact_id}/vcard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A contact as a vCard 4.0 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    contact_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The card. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/vcard": string;
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/contacts/vcards": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Export all people as vCards 4.0 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description One card after the other, by name. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/vcard": string;
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/documents/{doc_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a document */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    doc_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The document. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Document"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/documents/{doc_id}/fragments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the fragments of a document */
        get: {
            parameters: {
                query?: {
                    /** @description `next_cursor` of the page before; empty: the first. */
                    cursor?: string;
                    /** @description How many at most, 1 to 200. */
                    limit?: number;
                };
                header?: never;
                path: {
                    doc_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description One page, in the order of reading. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["Fragment"][];
                            next_cursor: string;
                        };
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Watch changes as they happen
         * @description Server-sent events named `change`, each with one JSON object and an id. With `Last-Event-ID` the stream begins with what came since, or with an event `gap` when that is not known any more: then look at what changed by a search. With several instances, each shows what it handles itself.
         */
        get: {
            parameters: {
                query?: never;
                header?: {
                    "last-event-id"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The stream. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": components["schemas"]["FeedEvent"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/fragments/{parent_doc_id}/{fragment_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a fragment, with links to its document and its neighbours */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    fragment_id: string;
                    parent_doc_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The fragment. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["FragmentInPlace"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the imports, the oldest first */
        get: {
            parameters: {
                query?: {
                    /** @description `next_cursor` of the page before; empty: the first. */
                    cursor?: string;
                    /** @description How many at most, 1 to 200. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description One page. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["Import"][];
                            next_cursor: string;
                        };
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It can't be done in the present state. */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Import a file
         * @description The body is the file: mbox, eml, ics, vcf, docx, xlsx, pptx, or a ZIP archive of such (Google Takeout). What it is its content tells. Answered once the file is on the disk; it is then read in the background, and goes on after a restart. Items that are there already (by Message-ID, UID or path) are found only once.
         */
        post: {
            parameters: {
                query?: {
                    /** @description Whose files these are: one connection for each source. */
                    source?: string;
                };
                header: {
                    /** @description When the file was last changed. */
                    "last-modified"?: string;
                    /** @description The file's name, percent-encoded. */
                    "millrace-file": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/octet-stream": string;
                };
            };
            responses: {
                /** @description What will be read. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Import"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It can't be done in the present state. */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large. */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports/{import_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far an import is */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    import_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The import. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ImportProgress"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It can't be done in the present state. */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports/{import_id}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The files of an import, each with how far it is */
        get: {
            parameters: {
                query?: {
                    /** @description `next_cursor` of the page before; empty: the first. */
                    cursor?: string;
                    /** @description How many at most, 1 to 200. */
                    limit?: number;
                };
                header?: never;
                path: {
                    import_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description One page. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["ImportFile"][];
                            next_cursor: string;
                        };
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It can't be done in the present state. */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports/{import_id}/refused": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The items of an import that could not be read, each with its reason */
        get: {
            parameters: {
                query?: {
                    /** @description `next_cursor` of the page before; empty: the first. */
                    cursor?: string;
                    /** @description How many at most, 1 to 200. */
                    limit?: number;
                };
                header?: never;
                path: {
                    import_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description One page. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["ImportRefusal"][];
                            next_cursor: string;
                        };
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It can't be done in the present state. */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/lineage/{doc_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where a document's last change has been, and why it is not in search
         * @description Each place on its way with the time and the version there: account, ledger, stored reference, the delivery to each consumer, what each holds, dead letters. `verdict` says what that comes to and what mends it.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    doc_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Its way. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Lineage"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tell who is asking, and for whom */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The caller. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Me"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The caller may not do this. */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/meetings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what takes place, by default what is coming up */
        get: {
            parameters: {
                query?: {
                    /** @description `true`: what was called off, too. */
                    cancelled?: "true" | "false";
                    /** @description `next_cursor` of the page before; empty: the first. */
                    cursor?: string;
                    /** @description A moment or a day; empty: now. */
                    from?: string;
                    /** @description How many at most, 1 to 200. */
                    limit?: number;
                    /** @description The moment or day before which it ends. */
                    to?: string;
                    /** @description IANA name, such as `Europe/Berlin`: days begin and end in it, and local times are of it. */
                    zone?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description One page, in the order of time. A meeting that comes again is listed each time. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Meetings that may take place more often: their rules are not followed as they stand. */
                            incomplete: {
                                meeting_id: string;
                                /** @enum {string} */
                                reason: "rule_invalid" | "rule_too_fine" | "rule_too_long" | "occurrences_too_many";
                            }[];
                            items: components["schemas"]["MeetingOccurrence"][];
                            next_cursor: string;
                        };
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/meetings/{meeting_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a meeting, with its occurrences, the events behind it, and the mails and files that belong to it */
        get: {
            parameters: {
                query?: {
                    /** @description A moment or a day; empty: now. */
                    from?: string;
                    /** @description The moment or day before which it ends. */
                    to?: string;
                    /** @description IANA name, such as `Europe/Berlin`: days begin and end in it, and local times are of it. */
                    zone?: string;
                };
                header?: never;
                path: {
                    meeting_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The meeting. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Meeting"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/meetings/{meeting_id}/ics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A meeting as an iCalendar file */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    meeting_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The file (RFC 5545). */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/calendar": string;
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/meetings/agenda": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What takes place on a day */
        get: {
            parameters: {
                query?: {
                    /** @description Empty: today. */
                    day?: string;
                    /** @description IANA name, such as `Europe/Berlin`: days begin and end in it, and local times are of it. */
                    zone?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The day, whole days apart. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Agenda"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/meetings/availability": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * When people are busy, and when all of them are free
         * @description Of others only those who allowed it (`/v1/meetings/sharing`), or by an operator's key; of nobody more than when they are busy.
         */
        get: {
            parameters: {
                query?: {
                    /** @description A moment or a day; empty: now. */
                    from?: string;
                    /** @description The least free time that is worth naming. */
                    minutes?: number;
                    /** @description The moment or day before which it ends. */
                    to?: string;
                    /** @description Users, separated by commas; empty: the caller. */
                    users?: string;
                    /** @description Days of work, separated by commas. */
                    work_days?: string;
                    /** @description Not after `work_starts`: on the day after. */
                    work_ends?: string;
                    work_starts?: string;
                    /** @description IANA name, such as `Europe/Berlin`: days begin and end in it, and local times are of it. */
                    zone?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Busy and free times. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Availability"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/meetings/conflicts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List meetings that take place at one time */
        get: {
            parameters: {
                query?: {
                    /** @description `next_cursor` of the page before; empty: the first. */
                    cursor?: string;
                    /** @description A moment or a day; empty: now. */
                    from?: string;
                    /** @description How many at most, 1 to 200. */
                    limit?: number;
                    /** @description The moment or day before which it ends. */
                    to?: string;
                    /** @description IANA name, such as `Europe/Berlin`: days begin and end in it, and local times are of it. */
                    zone?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description One page, in the order of time. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["MeetingConflict"][];
                            next_cursor: string;
                        };
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/meetings/export.ics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All meetings of a span as an iCalendar file */
        get: {
            parameters: {
                query?: {
                    /** @description A moment or a day; empty: now. */
                    from?: string;
                    /** @description The moment or day before which it ends. */
                    to?: string;
                    /** @description IANA name, such as `Europe/Berlin`: days begin and end in it, and local times are of it. */
                    zone?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The file (RFC 5545). */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/calendar": string;
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/meetings/sharing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who may see when the person is busy */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Who may. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MeetingSharing"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /** Allow others to see when the person is busy, or no longer */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["MeetingSharing"];
                };
            };
            responses: {
                /** @description Who may from now on. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MeetingSharing"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large. */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search */
        get: {
            parameters: {
                query?: {
                    /** @description From this moment on, ISO 8601. */
                    after?: string;
                    /** @description Before this moment, ISO 8601. */
                    before?: string;
                    /** @description `next_cursor` of the page before. */
                    cursor?: string;
                    /** @description Tells what each score is made of. */
                    explain?: boolean;
                    /** @description An author's address, or a part of the name. */
                    from?: string;
                    /** @description A folder, calendar or list, by its name or role. */
                    in?: string;
                    limit?: number;
                    mark?: ("attachment" | "unread" | "flagged" | "draft" | "important" | "done" | "cancelled")[];
                    provider?: ("microsoft" | "google" | "import")[];
                    /** @description Words to find; "a phrase" in quotes; -word to leave out; from: to: subject: in: type: provider: has: is: before: after: on: to filter by. Empty lists by time. */
                    q?: string;
                    sort?: "relevance" | "newest" | "oldest";
                    /** @description Words of the title, side by side. */
                    subject?: string;
                    /** @description Whose days `before:`, `after:` and `on:` mean. */
                    time_zone?: string;
                    /** @description A recipient's address, or a part of the name. */
                    to?: string;
                    type?: ("email" | "calendar" | "contact" | "word_document" | "sheet_document" | "presentation_document" | "todo")[];
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What was found. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SearchResult"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Search, with the same parameters in the body */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description From this moment on, ISO 8601. */
                        after?: string;
                        /** @description Before this moment, ISO 8601. */
                        before?: string;
                        /**
                         * @description `next_cursor` of the page before.
                         * @default
                         */
                        cursor?: string;
                        /** @description Tells what each score is made of. */
                        explain?: boolean;
                        /**
                         * @description An author's address, or a part of the name.
                         * @default
                         */
                        from?: string;
                        /**
                         * @description A folder, calendar or list, by its name or role.
                         * @default
                         */
                        in?: string;
                        /** @default 20 */
                        limit?: number;
                        mark?: ("attachment" | "unread" | "flagged" | "draft" | "important" | "done" | "cancelled")[];
                        provider?: ("microsoft" | "google" | "import")[];
                        /**
                         * @description Words to find; "a phrase" in quotes; -word to leave out; from: to: subject: in: type: provider: has: is: before: after: on: to filter by. Empty lists by time.
                         * @default
                         */
                        q?: string;
                        /**
                         * @default relevance
                         * @enum {string}
                         */
                        sort?: "relevance" | "newest" | "oldest";
                        /**
                         * @description Words of the title, side by side.
                         * @default
                         */
                        subject?: string;
                        /**
                         * @description Whose days `before:`, `after:` and `on:` mean.
                         * @default UTC
                         */
                        time_zone?: string;
                        /**
                         * @description A recipient's address, or a part of the name.
                         * @default
                         */
                        to?: string;
                        type?: ("email" | "calendar" | "contact" | "word_document" | "sheet_document" | "presentation_document" | "todo")[];
                    };
                };
            };
            responses: {
                /** @description What was found. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SearchResult"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/shipments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List shipments, the newest first */
        get: {
            parameters: {
                query?: {
                    carrier?: "ups" | "fedex" | "usps" | "dhl" | "amazon" | "royal_mail" | "dpd" | "gls" | "evri" | "hermes" | "postnl" | "canada_post" | "australia_post" | "la_poste" | "japan_post" | "s10";
                    /** @description `next_cursor` of the page before; empty: the first. */
                    cursor?: string;
                    /** @description `true`: the dismissed alone. */
                    dismissed?: "true" | "false";
                    /** @description How many at most, 1 to 200. */
                    limit?: number;
                    /** @description 0 shows numbers that only look like a parcel's, too. */
                    min_confidence?: number | null;
                    /** @description Only those of this status. */
                    state?: "ordered" | "label_created" | "shipped" | "in_transit" | "out_for_delivery" | "delivered" | "delayed" | "failed" | "returned";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description One page. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["ShipmentSummary"][];
                            next_cursor: string;
                        };
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/shipments/{shipment_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a shipment, with its history and the mails behind it */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    shipment_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The shipment. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Shipment"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/shipments/{shipment_id}/correct": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set fields right
         * @description Holds against later mails too, until a field is set to null: then it is as the mails say.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    shipment_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ShipmentCorrection"];
                };
            };
            responses: {
                /** @description The shipment as it is now. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Shipment"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large. */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/shipments/{shipment_id}/dismiss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a shipment off the list, whatever later mails say of it */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    shipment_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The shipment as it is now. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Shipment"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/shipments/{shipment_id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put a dismissed shipment back */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    shipment_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The shipment as it is now. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Shipment"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/suggest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Suggest people and subjects of the caller's own documents */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    /** @description What was typed so far. */
                    q?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What begins with the text, people first. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["Suggestion"][];
                            /** @enum {string} */
                            next_cursor: "";
                        };
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sync/batches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List batches, the newest first */
        get: {
            parameters: {
                query?: {
                    /** @description `next_cursor` of the page before; empty: the first. */
                    cursor?: string;
                    /** @description How many at most, 1 to 200. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description One page. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: components["schemas"]["BatchSummary"][];
                            next_cursor: string;
                        };
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Begin a batch
         * @description Sent twice with one `Idempotency-Key` it is one batch. Changes that come meanwhile go first.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["BatchRequest"];
                };
            };
            responses: {
                /** @description The batch. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Batch"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It can't be done in the present state. */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sync/batches/{batch_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a batch: its progress, and its report when it has ended */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    batch_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The batch. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Batch"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sync/batches/{batch_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a batch
         * @description Takes effect within a few seconds.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    batch_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The batch as it is now. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Batch"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It can't be done in the present state. */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sync/batches/{batch_id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause a batch
         * @description Takes effect within a few seconds.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    batch_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The batch as it is now. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Batch"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It can't be done in the present state. */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sync/batches/{batch_id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume a batch, even a week later
         * @description Takes effect within a few seconds.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    batch_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The batch as it is now. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Batch"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It can't be done in the present state. */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sync/batches/{batch_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try again what failed, as a batch of its own, which is the answer
         * @description Takes effect within a few seconds.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    batch_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The batch as it is now. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Batch"];
                    };
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It can't be done in the present state. */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sync/batches/{batch_id}/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Watch a batch
         * @description Server-sent events named `progress`, each with the whole batch, and a last one named `end`. Each carries an id; with `Last-Event-ID` the stream begins with what has changed since, and answers 204 when the end was seen already.
         */
        get: {
            parameters: {
                query?: never;
                header?: {
                    "last-event-id"?: string;
                };
                path: {
                    batch_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The stream. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": components["schemas"]["Batch"];
                    };
                };
                /** @description The batch has ended, and the caller knows. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description The request is not valid. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Erase a person everywhere
         * @description Ends the person's connections at the providers and removes documents, fragments, contacts, meetings, shipments, records, dead letters, imported files and API keys. The receipt says until when what had been published may still lie on the bus.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    user_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It is done, but for the last pass. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErasureReceipt"];
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It can't be done in the present state. */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{user_id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download everything that is held of a person
         * @description A ZIP file of JSON lines with a README, written while it is read. A broken-off download is not whole.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    user_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The archive. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/zip": string;
                    };
                };
                /** @description No valid API key or token was given. */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing, or it belongs to another person. */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests; see Retry-After. */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Not possible at the moment; see Retry-After. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AccountConnection: {
            address: string;
            connection_id: string;
            created_at: string;
            /** @enum {string} */
            provider: "microsoft" | "google" | "import";
            /** @enum {string} */
            state: "active" | "needs_reauth" | "disconnected";
            user_id: string;
        };
        Agenda: {
            all_day: components["schemas"]["MeetingOccurrence"][];
            day: string;
            incomplete: {
                meeting_id: string;
                /** @enum {string} */
                reason: "rule_invalid" | "rule_too_fine" | "rule_too_long" | "occurrences_too_many";
            }[];
            items: components["schemas"]["MeetingOccurrence"][];
            zone: string;
        };
        ApiKey: {
            created_at: string;
            /**
             * @description Empty: until it is revoked.
             * @default
             */
            expires_at: string | "";
            id: string;
            name: string;
            scope: string;
        };
        AuditEntry: {
            /** @enum {string} */
            action: "acted_for" | "connected" | "disconnected" | "chosen" | "synced" | "replayed" | "discarded" | "sought" | "rotated" | "key_made" | "key_changed" | "key_revoked" | "exported" | "erased" | "reindexed";
            at: string;
            audit_id: string;
            by: string;
            note: string;
            object: string;
            request_id: string;
            user_id: string;
            /** @enum {string} */
            via: "api_key" | "jwt" | "admin_key" | "operator_token" | "consent" | "task";
        };
        Availability: {
            free: {
                ends_at: string;
                starts_at: string;
            }[];
            from: string;
            people: {
                busy: {
                    ends_at: string;
                    starts_at: string;
                }[];
                user_id: string;
            }[];
            to: string;
            zone: string;
        };
        Batch: {
            batch_id: string;
            /** @enum {string} */
            cause: "request" | "schedule" | "connection" | "reindex";
            counts: {
                differences: number;
                failed: number;
                fetched: number;
                found: number;
                published: number;
                unchanged: number;
            };
            created_at: string;
            ended_at: string | "";
            estimated_end: string;
            from: string | "";
            /** @enum {string} */
            kind: "first_sync" | "refresh" | "verify";
            parts: {
                connection_id: string;
                correlation_id: string;
                counts: {
                    differences: number;
                    failed: number;
                    fetched: number;
                    found: number;
                    published: number;
                    unchanged: number;
                };
                failures: {
                    doc_id: string;
                    reason: string;
                }[];
                /** @enum {string} */
                provider: "microsoft" | "google" | "import";
                reason: string;
                /** @enum {string} */
                resource: "mail" | "calendar" | "contacts" | "drive" | "todos";
                share: number;
                /** @enum {string} */
                state: "waiting" | "running" | "done" | "failed";
                updated_at: string;
            }[];
            rate_per_second: number;
            retry_of: string;
            share: number;
            /** @enum {string} */
            state: "running" | "paused" | "cancelled" | "finished";
            to: string | "";
            updated_at: string;
        };
        BatchRequest: {
            /**
             * @description By id; empty: all that are active.
             * @default []
             */
            connections: string[];
            /**
             * @description Of a refresh: documents of this time or later only.
             * @default
             */
            from: string | "";
            /**
             * @description `refresh` reads documents again and publishes them; `verify` compares, and publishes what differs.
             * @default refresh
             * @enum {string}
             */
            kind: "refresh" | "verify";
            /**
             * @description Empty: all that are given.
             * @default []
             */
            resources: ("mail" | "calendar" | "contacts" | "drive" | "todos")[];
            /**
             * @description Of a refresh: documents before this time only.
             * @default
             */
            to: string | "";
        };
        BatchSummary: {
            batch_id: string;
            /** @enum {string} */
            cause: "request" | "schedule" | "connection" | "reindex";
            created_at: string;
            ended_at: string | "";
            from: string | "";
            /** @enum {string} */
            kind: "first_sync" | "refresh" | "verify";
            retry_of: string;
            /** @enum {string} */
            state: "running" | "paused" | "cancelled" | "finished";
            to: string | "";
            updated_at: string;
        };
        Connection: {
            account_id: string;
            address: string;
            /** @default [] */
            choices: {
                bodies: boolean;
                containers_in: string[];
                containers_out: string[];
                included: boolean;
                /** @enum {string} */
                private_events: "full" | "busy";
                /** @enum {string} */
                resource: "mail" | "calendar" | "contacts" | "drive" | "todos";
                since: string | "";
            }[];
            connection_id: string;
            created_at: string;
            /** @enum {string} */
            provider: "microsoft" | "google" | "import";
            resources: {
                /** @enum {string} */
                delivery: "push" | "poll";
                /** @default 0 */
                differences: number;
                /** @default 0 */
                lag_seconds: number;
                last_change_at: string | "";
                last_notification_at: string | "";
                last_read_at: string | "";
                /** @default 0 */
                poll_seconds: number;
                reason: string;
                /** @default 0 */
                repaired: number;
                /** @enum {string} */
                resource: "mail" | "calendar" | "contacts" | "drive" | "todos";
                /** @enum {string} */
                state: "new" | "syncing" | "active" | "waiting" | "failing" | "left_out" | "not_granted";
                /** @default  */
                subscription_expires_at: string;
                /** @default  */
                verified_at: string | "";
            }[];
            scopes: string[];
            /** @enum {string} */
            state: "active" | "needs_reauth" | "disconnected";
            updated_at: string;
            user_id: string;
        };
        Contact: {
            address_book: {
                doc_id: string;
                name: string;
                url: string;
            }[];
            addresses: string[];
            company: string;
            contact_id: string;
            counts: {
                count: number;
                /** @enum {string} */
                kind: "sent" | "received" | "copied" | "meeting" | "document" | "mentioned" | "bulk" | "list" | "own";
                last_at: string;
            }[];
            /** @enum {string} */
            kind: "person" | "list" | "machine";
            last_at: string;
            merges: {
                addresses: string[];
                detail: string;
                /** @enum {string} */
                reason: "same_name" | "address_book" | "user";
            }[];
            name: string;
            names: string[];
            phones: string[];
            relevance: {
                half_life_months: number;
                points: {
                    /** @enum {string} */
                    kind: "sent" | "received" | "copied" | "meeting" | "document" | "mentioned" | "bulk" | "list" | "own";
                    points: number;
                }[];
                score: number;
                two_way_factor: number;
            };
            timeline: {
                address: string;
                at: string;
                doc_id: string;
                /** @enum {string} */
                doc_type: "email" | "calendar" | "contact" | "word_document" | "sheet_document" | "presentation_document" | "todo";
                /** @enum {string} */
                kind: "sent" | "received" | "copied" | "meeting" | "document" | "mentioned" | "bulk" | "list" | "own";
                url: string;
            }[];
            title: string;
        };
        ContactMerge: {
            other_id: string;
        };
        ContactSplit: {
            addresses: string[];
        };
        ContactSummary: {
            addresses: string[];
            company: string;
            contact_id: string;
            counts: {
                count: number;
                /** @enum {string} */
                kind: "sent" | "received" | "copied" | "meeting" | "document" | "mentioned" | "bulk" | "list" | "own";
                last_at: string;
            }[];
            /** @enum {string} */
            kind: "person" | "list" | "machine";
            last_at: string;
            name: string;
            phones: string[];
            relevance: {
                half_life_months: number;
                points: {
                    /** @enum {string} */
                    kind: "sent" | "received" | "copied" | "meeting" | "document" | "mentioned" | "bulk" | "list" | "own";
                    points: number;
                }[];
                score: number;
                two_way_factor: number;
            };
            title: string;
        };
        Container: {
            /** @description What `containers_in` and `containers_out` name it with. */
            container_id: string;
            /** @description Whether the present choice gives what lies in it. */
            given: boolean;
            name: string;
            /** @description The one that it lies in; empty: none. */
            parent_id: string;
            path: string;
            /** @description `inbox`, `sent`, `primary` and the like; empty: nothing special. */
            role: string;
        };
        DeadLetter: {
            attempts: number;
            attributes: {
                [key: string]: string;
            };
            data_base64: string;
            dead_letter_id: string;
            failed_at: string;
            field: string;
            /** @description When it failed before, and with what, oldest first: each time it was handed back and failed again. */
            history: {
                code: string;
                failed_at: string;
            }[];
            /** @enum {string} */
            kind: "permanent" | "transient" | "exhausted" | "waiting";
            message_id: string;
            published_at: string;
            reason: string;
            retry_at: string | "";
            subscription: string;
            topic: string;
            user_id: string;
        };
        DeadLetterCounts: {
            count: number;
            groups: {
                code: string;
                count: number;
                /** @enum {string} */
                kind: "permanent" | "transient" | "exhausted" | "waiting";
                newest: string;
                oldest: string;
                subscription: string;
            }[];
            /** @description There are more: only so many were looked at. */
            truncated: boolean;
        };
        DeadLettersDone: {
            done: number;
            /** @description They stay listed. */
            failed: {
                id: string;
                reason: string;
            }[];
            /** @description Ask again with it; empty: all had their turn. */
            next_cursor: string;
            /** @description Of these, read anew at their provider because they were old. */
            refetched: number;
        };
        DeadLetterSummary: {
            attempts: number;
            dead_letter_id: string;
            failed_at: string;
            field: string;
            /** @enum {string} */
            kind: "permanent" | "transient" | "exhausted" | "waiting";
            message_id: string;
            published_at: string;
            reason: string;
            retry_at: string | "";
            subscription: string;
            topic: string;
            user_id: string;
        };
        Document: {
            doc_id: string;
            /** @enum {string} */
            doc_type: "email" | "calendar" | "contact" | "word_document" | "sheet_document" | "presentation_document" | "todo";
            document: components["schemas"]["NormalisedDocument"];
            revision: number;
            sync_timestamp: string;
        };
        Durations: {
            bounds_seconds: number[];
            cumulative: number[];
        };
        ErasureReceipt: {
            /**
             * Format: date-time
             * @description Until then the bus may hold messages with the person's data. None of them has an effect any more.
             */
            bus_retention_ends_at: string;
            connections_ended: number;
            /**
             * Format: date-time
             * @description When everything that could be found was removed.
             */
            erased_at: string;
            /**
             * Format: date-time
             * @description By then the work that was under way has ended, and what it wrote is removed as well.
             */
            final_pass_at: string;
            /** @description Connections whose provider has not answered. It is told again for a day; their tokens stay as long. */
            providers_pending: number;
        };
        FeedEvent: {
            doc_id: string;
            /** @enum {string} */
            doc_type: "email" | "calendar" | "contact" | "word_document" | "sheet_document" | "presentation_document" | "todo";
            folder: string;
            /** @enum {string} */
            operation: "create" | "update" | "delete";
            /** @enum {string} */
            provider: "microsoft" | "google" | "import";
            time: string;
            title: string;
        };
        Finding: {
            code: string;
            mend: string;
            problem: string;
            /** @enum {string} */
            severity: "error" | "warning";
        };
        FlowSample: {
            at: string;
            dead_letters: {
                replayed: number;
                set_aside: number;
            };
            idempotency: {
                busy: number;
                duplicate: number;
                fresh: number;
                stale: number;
            };
            providers: {
                provider: string;
                requests: number;
                throttled: number;
            }[];
            searchable: components["schemas"]["Durations"];
            subscriptions: {
                acked: number;
                backlog: number | null;
                errors: number;
                in_flight: number;
                nacked: number;
                name: string;
                oldest_unacked_seconds: number | null;
                /** @enum {string} */
                service: "office" | "vespa-loader" | "contact-discovery" | "meetings" | "shipments" | "dead-letters";
                took: components["schemas"]["Durations"];
                topic: string;
            }[];
            topics: {
                published: number;
                topic: string;
            }[];
            webhooks: {
                accepted: number;
                dropped: number;
                refused: number;
                source: string;
            }[];
        };
        Fragment: {
            fragment_id: string;
            heading: string;
            parent_doc_id: string;
            /** @description A slide, or the cells of a sheet. */
            place: string;
            /** @description From 0, in the order of reading. */
            position: number;
            /** @description Plain text, not HTML. */
            text: string;
            url: string;
        };
        FragmentInPlace: components["schemas"]["Fragment"] & {
            links: {
                /** @description Empty for the last. */
                next: string;
                parent: string;
                /** @description Empty for the first. */
                previous: string;
            };
        };
        Import: {
            connection_id: string;
            created_at: string;
            files: number;
            import_id: string;
            left_out: number;
            name: string;
            refused: {
                name: string;
                reason: string;
            }[];
            refused_count: number;
            size_bytes: number;
            source: string;
        };
        ImportFile: {
            connection_id: string;
            created_at: string;
            duplicates: number;
            /** @enum {string} */
            format: "mbox" | "eml" | "ics" | "vcf" | "word" | "sheet" | "presentation";
            found: number;
            import_id: string;
            modified_at: string | "";
            name: string;
            position: number;
            read_bytes: number;
            /** @enum {string} */
            resource: "mail" | "calendar" | "contacts" | "drive" | "todos";
            size_bytes: number;
            /** @enum {string} */
            state: "waiting" | "done";
        };
        ImportProgress: {
            connection_id: string;
            created_at: string;
            done_files: number;
            duplicates: number;
            files: number;
            found: number;
            import_id: string;
            left_out: number;
            name: string;
            read_bytes: number;
            refused: {
                name: string;
                reason: string;
            }[];
            refused_count: number;
            size_bytes: number;
            source: string;
            /** @enum {string} */
            state: "reading" | "done";
            total_bytes: number;
        };
        ImportRefusal: {
            name: string;
            offset: number;
            reason: string;
        };
        IndexComparison: {
            /** @description The share of the first hits that both find, 0 to 1. */
            agreement: number;
            differing: {
                active: number;
                other: number;
                what: string;
            }[];
            documents: {
                active: number;
                other: number;
            };
            queries: number;
        };
        IndexVersions: {
            active: number;
            base: number;
            changed_at: string | "";
            extra: number | 0;
            leaving: {
                after: string;
                subscriptions_of: number;
                version: number;
            } | null;
            newest: number;
        };
        Lineage: {
            doc_id: string;
            doc_type: ("email" | "calendar" | "contact" | "word_document" | "sheet_document" | "presentation_document" | "todo") | "";
            hops: {
                at: string;
                detail: string;
                name: string;
                revision: number;
                state: string;
                /** @enum {string} */
                where: "connection" | "ledger" | "reference" | "subscription" | "consumer" | "dead_letter";
            }[];
            verdict: {
                /** @enum {string} */
                code: "searchable" | "deleted" | "left_out" | "set_aside" | "dead_letter" | "being_published" | "being_indexed" | "failing" | "on_its_way" | "lost" | "sign_in_again";
                command: string;
                text: string;
            };
        };
        Me: {
            /** @enum {string} */
            scope: "user" | "admin";
            /** @description Whose data is meant; empty for an operator who names nobody by the header `Millrace-User`. */
            user_id: string;
        };
        Meeting: {
            attendees: {
                address: string;
                external: boolean;
                name: string;
                /** @enum {string} */
                response: "accepted" | "declined" | "tentative" | "none";
                /** @enum {string} */
                role: "required" | "optional" | "resource";
            }[];
            dial_in: {
                code: string;
                number: string;
            }[];
            external_domains: string[];
            ical_uid: string;
            incomplete: {
                meeting_id: string;
                /** @enum {string} */
                reason: "rule_invalid" | "rule_too_fine" | "rule_too_long" | "occurrences_too_many";
            }[];
            /** @enum {string} */
            kind: "single" | "series";
            location: string;
            meeting_id: string;
            /** @enum {string} */
            my_response: "organizer" | "accepted" | "declined" | "tentative" | "none";
            occurrences: {
                all_day: boolean;
                /** @enum {string} */
                busy: "busy" | "tentative" | "free";
                calendars: string[];
                dial_in: {
                    code: string;
                    number: string;
                }[];
                end_date: string | "";
                ends_at: string;
                external_domains: string[];
                local_end: string;
                local_start: string;
                location: string;
                meeting_id: string;
                moved: boolean;
                /** @enum {string} */
                my_response: "organizer" | "accepted" | "declined" | "tentative" | "none";
                occurrence: string | "";
                online_provider: string;
                online_url: string;
                organizer: {
                    address: string;
                    name: string;
                };
                recurring: boolean;
                rsvp: {
                    accepted: number;
                    declined: number;
                    none: number;
                    tentative: number;
                };
                /** @enum {string} */
                sensitivity: "normal" | "private" | "confidential";
                start_date: string | "";
                starts_at: string;
                /** @enum {string} */
                status: "confirmed" | "tentative" | "cancelled";
                title: string;
            }[];
            online_provider: string;
            online_url: string;
            organizer: {
                address: string;
                external: boolean;
                name: string;
            };
            recurrence: string[];
            related: {
                doc_id: string;
                /** @enum {string} */
                doc_type: "email" | "calendar" | "contact" | "word_document" | "sheet_document" | "presentation_document" | "todo";
                happened_at: string;
                reasons: ("link" | "subject" | "participants")[];
                title: string;
                url: string;
            }[];
            rsvp: {
                accepted: number;
                declined: number;
                none: number;
                tentative: number;
            };
            /** @enum {string} */
            sensitivity: "normal" | "private" | "confidential";
            sources: {
                calendar_name: string;
                doc_id: string;
                /** @enum {string} */
                kind: "single" | "series" | "occurrence" | "exception";
                /** @enum {string} */
                provider: "microsoft" | "google" | "import";
                /** @enum {string} */
                status: "confirmed" | "tentative" | "cancelled";
                url: string;
            }[];
            /** @enum {string} */
            status: "confirmed" | "tentative" | "cancelled";
            time_zone: string;
            title: string;
        };
        MeetingConflict: {
            ends_at: string;
            /** @enum {string} */
            kind: "double_booking" | "possible";
            occurrences: [
                {
                    all_day: boolean;
                    /** @enum {string} */
                    busy: "busy" | "tentative" | "free";
                    calendars: string[];
                    dial_in: {
                        code: string;
                        number: string;
                    }[];
                    end_date: string | "";
                    ends_at: string;
                    external_domains: string[];
                    local_end: string;
                    local_start: string;
                    location: string;
                    meeting_id: string;
                    moved: boolean;
                    /** @enum {string} */
                    my_response: "organizer" | "accepted" | "declined" | "tentative" | "none";
                    occurrence: string | "";
                    online_provider: string;
                    online_url: string;
                    organizer: {
                        address: string;
                        name: string;
                    };
                    recurring: boolean;
                    rsvp: {
                        accepted: number;
                        declined: number;
                        none: number;
                        tentative: number;
                    };
                    /** @enum {string} */
                    sensitivity: "normal" | "private" | "confidential";
                    start_date: string | "";
                    starts_at: string;
                    /** @enum {string} */
                    status: "confirmed" | "tentative" | "cancelled";
                    title: string;
                },
                {
                    all_day: boolean;
                    /** @enum {string} */
                    busy: "busy" | "tentative" | "free";
                    calendars: string[];
                    dial_in: {
                        code: string;
                        number: string;
                    }[];
                    end_date: string | "";
                    ends_at: string;
                    external_domains: string[];
                    local_end: string;
                    local_start: string;
                    location: string;
                    meeting_id: string;
                    moved: boolean;
                    /** @enum {string} */
                    my_response: "organizer" | "accepted" | "declined" | "tentative" | "none";
                    occurrence: string | "";
                    online_provider: string;
                    online_url: string;
                    organizer: {
                        address: string;
                        name: string;
                    };
                    recurring: boolean;
                    rsvp: {
                        accepted: number;
                        declined: number;
                        none: number;
                        tentative: number;
                    };
                    /** @enum {string} */
                    sensitivity: "normal" | "private" | "confidential";
                    start_date: string | "";
                    starts_at: string;
                    /** @enum {string} */
                    status: "confirmed" | "tentative" | "cancelled";
                    title: string;
                }
            ];
            starts_at: string;
        };
        MeetingOccurrence: {
            all_day: boolean;
            /** @enum {string} */
            busy: "busy" | "tentative" | "free";
            calendars: string[];
            dial_in: {
                code: string;
                number: string;
            }[];
            end_date: string | "";
            ends_at: string;
            external_domains: string[];
            local_end: string;
            local_start: string;
            location: string;
            meeting_id: string;
            moved: boolean;
            /** @enum {string} */
            my_response: "organizer" | "accepted" | "declined" | "tentative" | "none";
            occurrence: string | "";
            online_provider: string;
            online_url: string;
            organizer: {
                address: string;
                name: string;
            };
            recurring: boolean;
            rsvp: {
                accepted: number;
                declined: number;
                none: number;
                tentative: number;
            };
            /** @enum {string} */
            sensitivity: "normal" | "private" | "confidential";
            start_date: string | "";
            starts_at: string;
            /** @enum {string} */
            status: "confirmed" | "tentative" | "cancelled";
            title: string;
        };
        MeetingSharing: {
            everybody: boolean;
            users: string[];
        };
        NormalisedDocument: {
            attachments: {
                id: string;
                inline: boolean;
                mime_type: string;
                name: string;
                size_bytes: number;
            }[];
            bcc: {
                address: string;
                name: string;
            }[];
            body: string;
            cc: {
                address: string;
                name: string;
            }[];
            connection_id: string;
            container: string;
            doc_id: string;
            /** @enum {string} */
            doc_type: "email";
            draft: boolean;
            flagged: boolean;
            folder_name: string;
            /** @enum {string} */
            folder_role: "inbox" | "sent" | "drafts" | "archive" | "junk" | "trash" | "outbox" | "";
            from: {
                address: string;
                name: string;
            };
            has_attachments: boolean;
            /** @enum {string} */
            importance: "low" | "normal" | "high";
            in_reply_to: string;
            internet_message_id: string;
            labels: string[];
            last_updated: string;
            /** @default [] */
            links: {
                text: string;
                url: string;
            }[];
            list_id: string;
            preview: string;
            /** @enum {string} */
            provider: "microsoft" | "google" | "import";
            provider_id: string;
            read: boolean;
            received_at: string | "";
            references: string[];
            reply_to: {
                address: string;
                name: string;
            }[];
            sender: {
                address: string;
                name: string;
            };
            sent_at: string | "";
            size_bytes: number;
            /** @default [] */
            structured: string[];
            thread_id: string;
            title: string;
            to: {
                address: string;
                name: string;
            }[];
            truncated: boolean;
            url: string;
        } | {
            all_day: boolean;
            attachments: {
                id: string;
                inline: boolean;
                mime_type: string;
                name: string;
                size_bytes: number;
            }[];
            attendees: {
                address: string;
                name: string;
                /** @enum {string} */
                response: "accepted" | "declined" | "tentative" | "none";
                /** @enum {string} */
                role: "required" | "optional" | "resource";
            }[];
            body: string;
            calendar_name: string;
            connection_id: string;
            container: string;
            created_at: string | "";
            dial_in: string[];
            doc_id: string;
            /** @enum {string} */
            doc_type: "calendar";
            end_date: string | "";
            ends_at: string | "";
            ical_uid: string;
            /** @enum {string} */
            importance: "low" | "normal" | "high";
            /** @enum {string} */
            kind: "single" | "series" | "occurrence" | "exception";
            labels: string[];
            last_updated: string;
            location: string;
            /** @enum {string} */
            my_response: "organizer" | "accepted" | "declined" | "tentative" | "none";
            online_provider: string;
            online_url: string;
            organizer: {
                address: string;
                name: string;
            };
            original_starts_at: string | "";
            /** @enum {string} */
            provider: "microsoft" | "google" | "import";
            provider_id: string;
            recurrence: string[];
            /** @enum {string} */
            sensitivity: "normal" | "private" | "confidential";
            series_id: string;
            /** @enum {string} */
            show_as: "free" | "tentative" | "busy" | "away" | "elsewhere" | "";
            start_date: string | "";
            starts_at: string | "";
            /** @enum {string} */
            status: "confirmed" | "tentative" | "cancelled";
            time_zone: string;
            title: string;
            truncated: boolean;
            url: string;
        } | {
            addresses: {
                label: string;
                value: string;
            }[];
            birthday: string;
            company: string;
            connection_id: string;
            container: string;
            department: string;
            doc_id: string;
            /** @enum {string} */
            doc_type: "contact";
            family_name: string;
            given_name: string;
            job_title: string;
            labels: string[];
            last_updated: string;
            nickname: string;
            notes: string;
            phones: {
                label: string;
                value: string;
            }[];
            postal_addresses: {
                label: string;
                value: string;
            }[];
            /** @enum {string} */
            provider: "microsoft" | "google" | "import";
            provider_id: string;
            title: string;
            url: string;
            websites: string[];
        } | {
            connection_id: string;
            container: string;
            /** @enum {string} */
            content: "text" | "truncated" | "refused" | "left_out";
            content_reason: string;
            created_at: string | "";
            doc_id: string;
            /** @enum {string} */
            doc_type: "word_document";
            last_editor: {
                address: string;
                name: string;
            };
            last_updated: string;
            mime_type: string;
            owners: {
                address: string;
                name: string;
            }[];
            path: string;
            /** @enum {string} */
            provider: "microsoft" | "google" | "import";
            provider_id: string;
            sections: {
                heading: string;
                level: number;
                place: string;
                text: string;
            }[];
            shared: boolean;
            size_bytes: number;
            title: string;
            url: string;
        } | {
            connection_id: string;
            container: string;
            /** @enum {string} */
            content: "text" | "truncated" | "refused" | "left_out";
            content_reason: string;
            created_at: string | "";
            doc_id: string;
            /** @enum {string} */
            doc_type: "sheet_document";
            last_editor: {
                address: string;
                name: string;
            };
            last_updated: string;
            mime_type: string;
            owners: {
                address: string;
                name: string;
            }[];
            path: string;
            /** @enum {string} */
            provider: "microsoft" | "google" | "import";
            provider_id: string;
            sections: {
                heading: string;
                level: number;
                place: string;
                text: string;
            }[];
            shared: boolean;
            size_bytes: number;
            title: string;
            url: string;
        } | {
            connection_id: string;
            container: string;
            /** @enum {string} */
            content: "text" | "truncated" | "refused" | "left_out";
            content_reason: string;
            created_at: string | "";
            doc_id: string;
            /** @enum {string} */
            doc_type: "presentation_document";
            last_editor: {
                address: string;
                name: string;
            };
            last_updated: string;
            mime_type: string;
            owners: {
                address: string;
                name: string;
            }[];
            path: string;
            /** @enum {string} */
            provider: "microsoft" | "google" | "import";
            provider_id: string;
            sections: {
                heading: string;
                level: number;
                place: string;
                text: string;
            }[];
            shared: boolean;
            size_bytes: number;
            title: string;
            url: string;
        } | {
            body: string;
            completed_at: string | "";
            connection_id: string;
            container: string;
            created_at: string | "";
            doc_id: string;
            /** @enum {string} */
            doc_type: "todo";
            due_date: string | "";
            /** @enum {string} */
            importance: "low" | "normal" | "high";
            labels: string[];
            last_updated: string;
            links: {
                text: string;
                url: string;
            }[];
            list_name: string;
            parent_id: string;
            /** @enum {string} */
            provider: "microsoft" | "google" | "import";
            provider_id: string;
            recurrence: string[];
            reminder_at: string | "";
            /** @enum {string} */
            status: "open" | "in_progress" | "waiting" | "deferred" | "completed";
            steps: {
                done: boolean;
                text: string;
            }[];
            title: string;
            url: string;
        };
        Problem: {
            detail: string;
            errors?: {
                detail: string;
                field: string;
            }[];
            field?: string;
            length?: number;
            position?: number;
            request_id?: string;
            status: number;
            title: string;
            type: string;
        };
        Rotated: {
            /** @description Connections of this page that have tokens. */
            checked: number;
            /** @description For the next page; empty when all is done. */
            next_cursor: string;
            /** @description Of these, how many were encrypted anew. */
            resealed: number;
            /** @description Connections whose tokens no configured key opens. */
            unreadable: string[];
        };
        SearchResult: {
            facets: {
                [key: string]: {
                    count: number;
                    value: string;
                }[];
            };
            hits: {
                doc_id: string;
                /** @enum {string} */
                doc_type: "email" | "calendar" | "contact" | "word_document" | "sheet_document" | "presentation_document" | "todo";
                explanation?: {
                    [key: string]: number;
                };
                fragments: {
                    fragment_id: string;
                    /** @description HTML-escaped, matches in `<mark>`. */
                    text: string;
                }[];
                /** @description How long ago the document was read from its provider. */
                fresh_seconds: number;
                happened_at: string;
                last_updated: string;
                /** @enum {string} */
                provider: "microsoft" | "google" | "import";
                score: number;
                /** @description HTML-escaped, matches in `<mark>`. */
                snippet: string;
                sync_timestamp: string;
                title: string;
                url: string;
            }[];
            next_cursor: string;
        };
        Shipment: {
            /** @enum {string} */
            carrier: "ups" | "fedex" | "usps" | "dhl" | "amazon" | "royal_mail" | "dpd" | "gls" | "evri" | "hermes" | "postnl" | "canada_post" | "australia_post" | "la_poste" | "japan_post" | "s10" | "";
            certain: boolean;
            confidence: number;
            corrected: string[];
            dismissed: boolean;
            expected: {
                from: string;
                time_zone: string;
                to: string;
            } | null;
            first_seen_at: string;
            history: {
                at: string;
                confidence: number;
                doc_id: string;
                evidence: string[];
                moved: boolean;
                /** @enum {string} */
                status: "ordered" | "label_created" | "shipped" | "in_transit" | "out_for_delivery" | "delivered" | "delayed" | "failed" | "returned";
            }[];
            items: string[];
            last_seen_at: string;
            merchant: string;
            order_number: string;
            pickup_place: string;
            shipment_id: string;
            sources: {
                doc_id: string;
                url: string;
            }[];
            /** @enum {string} */
            status: "ordered" | "label_created" | "shipped" | "in_transit" | "out_for_delivery" | "delivered" | "delayed" | "failed" | "returned";
            status_at: string;
            tracking_number: string;
            tracking_url: string;
        };
        ShipmentCorrection: {
            /** @enum {string|null} */
            carrier?: "ups" | "fedex" | "usps" | "dhl" | "amazon" | "royal_mail" | "dpd" | "gls" | "evri" | "hermes" | "postnl" | "canada_post" | "australia_post" | "la_poste" | "japan_post" | "s10" | "" | null;
            expected?: {
                from: string;
                time_zone: string;
                to: string;
            } | null;
            merchant?: string | null;
            order_number?: string | null;
            /** @enum {string|null} */
            status?: "ordered" | "label_created" | "shipped" | "in_transit" | "out_for_delivery" | "delivered" | "delayed" | "failed" | "returned" | null;
        };
        ShipmentSummary: {
            /** @enum {string} */
            carrier: "ups" | "fedex" | "usps" | "dhl" | "amazon" | "royal_mail" | "dpd" | "gls" | "evri" | "hermes" | "postnl" | "canada_post" | "australia_post" | "la_poste" | "japan_post" | "s10" | "";
            certain: boolean;
            confidence: number;
            corrected: string[];
            dismissed: boolean;
            expected: {
                from: string;
                time_zone: string;
                to: string;
            } | null;
            first_seen_at: string;
            items: string[];
            last_seen_at: string;
            merchant: string;
            order_number: string;
            pickup_place: string;
            shipment_id: string;
            /** @enum {string} */
            status: "ordered" | "label_created" | "shipped" | "in_transit" | "out_for_delivery" | "delivered" | "delayed" | "failed" | "returned";
            status_at: string;
            tracking_number: string;
            tracking_url: string;
        };
        Sought: {
            from: string;
            /** @description How many are delivered again; null where the bus can't tell (Pub/Sub). */
            messages: number | null;
            sought: boolean;
            subscription: string;
        };
        SubscriptionFlow: {
            /** @description Messages that wait; null where the bus does not say (Pub/Sub: see Cloud Monitoring). */
            backlog: number | null;
            dead_letters: number;
            failed: number;
            /** @description Since this instance started, as the others. */
            handled: number;
            name: string;
            oldest_unacked_seconds: number | null;
            /** @description Deliveries that this instance handled, over the last minutes. */
            rate_per_second: number;
            refusals_per_second: number;
            refused: number;
            service: string;
            topic: string;
        };
        Suggestion: {
            address: string;
            /** @enum {string} */
            kind: "person";
            name: string;
        } | {
            /** @enum {string} */
            kind: "subject";
            title: string;
        };
        Topology: {
            /** @description When the bus was last asked; empty: not yet. */
            ensured_at: string;
            subscriptions: {
                ack_deadline_seconds: number;
                batch_size: number;
                /** @description What differs, or the command to run. */
                details: string[];
                max_delivery_attempts: number;
                name: string;
                retention_seconds: number;
                retry_seconds: {
                    max: number;
                    min: number;
                };
                served_here: boolean;
                service: string;
                /** @enum {string} */
                state: "present" | "created" | "updated" | "differs" | "denied" | "removed" | "missing" | "unknown";
                topic: string;
            }[];
            topics: {
                /** @description What differs, or the command to run. */
                details: string[];
                has_schema: boolean;
                name: string;
                retention_seconds: number;
                /** @enum {string} */
                state: "present" | "created" | "updated" | "differs" | "denied" | "removed" | "missing" | "unknown";
            }[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
