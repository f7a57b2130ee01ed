/** Files to import: dropped on the page, or chosen; and how far those are that were. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Schemas } from "../../client/mod.ts";
import { api, ask, credentials, reach, Refusal, refused } from "../api.ts";
import { bytes, count, plural } from "../format.ts";
import { useAction, useEvery, useLoad } from "../load.ts";
import { Icon } from "./icon.tsx";
import { Failed } from "./states.tsx";
import { Ago } from "./time.tsx";

type Progress = Schemas["ImportProgress"];

const AGAIN_MS = 2_000;
const SHOWN_MAX = 5;
const PAGE_SIZE = 200;

/** The newest imports, each with how far it is; null where this instance takes none. */
async function newest(signal: AbortSignal): Promise<readonly Progress[] | null> {
  try {
    const { items } = await ask(api().GET("/v1/imports", { params: { query: { limit: PAGE_SIZE } }, signal }));
    const last = items.slice(-SHOWN_MAX).reverse();
    return await Promise.all(
      last.map(({ import_id }) =>
        ask(api().GET("/v1/imports/{import_id}", { params: { path: { import_id } }, signal }))
      ),
    );
  } catch (error) {
    if (error instanceof Refusal && error.is("imports_unavailable")) return null;
    throw error;
  }
}

async function upload(file: File): Promise<void> {
  const headers = {
    ...credentials(),
    "content-type": "application/octet-stream",
    "millrace-file": encodeURIComponent(file.name),
    "last-modified": new Date(file.lastModified).toUTCString(),
  };
  const response = await reach(new Request("/v1/imports", { method: "POST", headers, body: file }));
  if (!response.ok) throw refused(response.status, await response.json());
}

export function Imports({ onChange }: { readonly onChange: () => void }) {
  const load = useLoad("imports", newest);
  const action = useAction();
  const over = useSignal(false);
  const under_way = useSignal("");
  const reading = load.data?.some(({ state }) => state === "reading") ?? false;
  useEvery(AGAIN_MS, () => reading && load.reload());

  const take = (files: FileList | null | undefined) =>
    action.run(async () => {
      for (const file of files ?? []) {
        under_way.value = file.name;
        try {
          await upload(file);
        } finally {
          under_way.value = "";
        }
      }
      load.reload();
      onChange();
    });

  useEffect(() => {
    const onOver = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      over.value = true;
    };
    const onLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) over.value = false;
    };
    const onDrop = (event: DragEvent) => {
      event.preventDefault();
      over.value = false;
      take(event.dataTransfer?.files);
    };
    addEventListener("dragover", onOver);
    addEventListener("dragleave", onLeave);
    addEventListener("drop", onDrop);
    return () => {
      removeEventListener("dragover", onOver);
      removeEventListener("dragleave", onLeave);
      removeEventListener("drop", onDrop);
    };
  }, []);

  if (load.data === null) return null;
  return (
    <section aria-labelledby="imports">
      <div class="section-head">
        <h2 id="imports">Import files</h2>
      </div>
      <label class={over.value ? "drop over" : "drop"}>
        <Icon name="upload" size={24} />
        <span>
          <strong>{under_way.value === "" ? "Drop files here, or choose them" : `Sending ${under_way.value}…`}</strong>
          <small class="soft">mbox, eml, ics, vcf, docx, xlsx, pptx, or a ZIP of such (Google Takeout)</small>
        </span>
        <input
          type="file"
          multiple
          disabled={action.busy.value}
          onChange={({ currentTarget }) => take(currentTarget.files)}
        />
      </label>
      {action.error.value !== undefined && <Failed error={action.error.value} />}
      {load.error !== undefined && <Failed error={load.error} again={load.reload} />}
      <ul class="batches">{load.data?.map((one) => <ImportRow key={one.import_id} progress={one} />)}</ul>
    </section>
  );
}

function ImportRow({ progress }: { readonly progress: Progress }) {
  const { name, state, found, duplicates, refused_count, read_bytes, total_bytes, created_at } = progress;
  const share = total_bytes === 0 ? 1 : read_bytes / total_bytes;
  return (
    <li class="batch">
      <div class="batch-head">
        <strong class="file-name">{name}</strong>
        <span class="soft">
          {state === "reading" ? `${bytes(read_bytes)} of ${bytes(total_bytes)}, ${plural(found, "item")}` : (
            <>
              {plural(found, "item")}
              {duplicates > 0 && `, ${count(duplicates)} there already`}, <Ago at={created_at} />
            </>
          )}
        </span>
      </div>
      {state === "reading" && (
        <div
          class="bar"
          role="progressbar"
          aria-label={name}
          aria-valuenow={Math.round(share * 100)}
          aria-valuemin={0}
          aria-valuemax={100}
        >
          <i style={{ width: `${share * 100}%` }} />
        </div>
      )}
      {refused_count > 0 && <p class="small warn-text">{plural(refused_count, "item")} could not be read</p>}
    </li>
  );
}
