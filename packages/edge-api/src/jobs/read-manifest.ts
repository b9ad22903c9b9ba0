import { jobImageSchema } from "@unpaired/core/contracts";
import { shorten } from "../requests/shorten.ts";
import type { NewItem } from "./job-store.ts";

/** Longest line that can name an image: a key and a name whose every character is escaped fit. */
const LONGEST_LINE_BYTES = 16_384;
const NEWLINE = 10;

/** Images of a manifest's beginning, and how many bytes they were. */
export interface ManifestSlice {
  readonly items: readonly NewItem[];
  readonly bytes: number;
}

/**
 * Reads the whole lines that some bytes of a manifest hold: one JSON object each, blank ones left out. A line that names
 * no image becomes an item that says why.
 *
 * @param isEnd nothing follows these bytes, so the last line needs no newline
 */
export function readManifestLines(
  bytes: Uint8Array,
  { isEnd, mostLines }: { readonly isEnd: boolean; readonly mostLines: number },
): ManifestSlice {
  const items: NewItem[] = [];
  let start = 0;
  while (start < bytes.length && items.length < mostLines) {
    const newline = bytes.indexOf(NEWLINE, start);
    if (newline === -1 && !isEnd) break;
    const end = newline === -1 ? bytes.length : newline;
    const item = readLine(bytes.subarray(start, end));
    if (item) items.push(item);
    start = newline === -1 ? bytes.length : newline + 1;
  }
  return { items, bytes: start };
}

function readLine(bytes: Uint8Array): NewItem | undefined {
  const unusable = (detail: string): NewItem => ({ key: null, id: null, detail });
  if (bytes.length > LONGEST_LINE_BYTES) {
    return unusable(`The line is ${bytes.length} bytes; write one image a line, as {"key": "uploads/…"}.`);
  }
  // A decoder of its own for each: it takes a byte order mark away.
  const line = new TextDecoder().decode(bytes).trim();
  if (line === "") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return unusable(`The line "${shorten(line)}" is not JSON; write {"key": "uploads/…"}.`);
  }
  const result = jobImageSchema.safeParse(value);
  if (result.success) return { key: result.data.key, id: result.data.id ?? null };
  return unusable(`The line "${shorten(line)}" names no image: ${result.error.issues[0]!.message}.`);
}
