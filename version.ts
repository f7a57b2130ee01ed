/** The program's version, as `/openapi.json` says it. */
export const VERSION = "0.1.0";
