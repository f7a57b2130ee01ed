import { strToU8, zipSync } from "fflate";

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const TYPES = "application/vnd.openxmlformats-officedocument";

/** One part of an Office document: its path, its content type below `TYPES`, and its XML without the declaration. */
export interface Part {
  readonly path: string;
  readonly type: string;
  readonly xml: string;
  /** Parts that it refers to: id, kind below the office relationships, and target relative to it. */
  readonly links?: readonly (readonly [id: string, kind: string, target: string])[];
}

/** An Office Open XML package (ECMA-376, part 2); the first part is the main document. The same parts, the same bytes. */
export function packageOf(parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  const overrides = parts.map(({ path, type }) => `<Override PartName="/${path}" ContentType="${TYPES}.${type}+xml"/>`);
  const defaults =
    `<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
    `<Default Extension="xml" ContentType="application/xml"/>`;
  const files: Record<string, Uint8Array> = {
    "[Content_Types].xml": bytes(`<Types xmlns="${PACKAGE}/content-types">${defaults}${overrides.join("")}</Types>`),
    "_rels/.rels": relationships([["rId1", "officeDocument", parts[0]?.path ?? ""]]),
  };
  for (const { path, xml, links = [] } of parts) {
    files[path] = bytes(xml);
    const slash = path.lastIndexOf("/");
    if (links.length > 0) files[`${path.slice(0, slash)}/_rels/${path.slice(slash + 1)}.rels`] = relationships(links);
  }
  return new Uint8Array(zipSync(files, { mtime: "2020-01-01T00:00:00", level: 6 }));
}

/** Text as XML content. */
export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** The namespace of relationships, for `r:id`. */
export const RELATIONSHIPS = `xmlns:r="${OFFICE}"`;

function relationships(links: readonly (readonly [string, string, string])[]): Uint8Array {
  const all = links.map(([id, kind, target]) =>
    `<Relationship Id="${id}" Type="${OFFICE}/${kind}" Target="${escapeXml(target)}"/>`
  );
  return bytes(`<Relationships xmlns="${PACKAGE}/relationships">${all.join("")}</Relationships>`);
}

function bytes(xml: string): Uint8Array {
  return strToU8(HEAD + xml);
}
