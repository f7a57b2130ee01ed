/** The text of Word, Excel and PowerPoint documents, hostile ones included. Loaded when there is one to read. */
export { extractHere } from "./extract.ts";
export { ContentKind, Extracted, RefusalReason, type Refused } from "./extracted.ts";
export { type Extractor, type ExtractorOptions, openExtractor } from "./extractor.ts";
export { CONTENT_LIMITS, type ContentLimits } from "./limits.ts";
