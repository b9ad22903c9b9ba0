import { openAsBlob } from "node:fs";
import { mkdir, open, readdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { BlobReader, configure, type FileEntry, ZipReader } from "@zip.js/zip.js";
import { isSystemError } from "../checkpoint/atomic-write.ts";
import { fillFolder } from "../checkpoint/fill-folder.ts";
import { DownloadError } from "./errors.ts";

/** Folders of a data set; whatever else an archive holds is left in it. */
const folders: ReadonlySet<string> = new Set(["trainA", "trainB", "testA", "testB"]);
const pictureExtensions: ReadonlySet<string> = new Set([".jpg", ".jpeg", ".png", ".webp"]);

/** Options of {@link unpack}. */
export interface UnpackOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
  /** Most pictures an archive may hold. */
  readonly mostPictures?: number;
  /** Most bytes one picture may have. */
  readonly mostPictureBytes?: number;
  /** Most bytes all of them may have. */
  readonly mostBytes?: number;
}

/**
 * Unpacks the pictures of a data set's zip archive into `trainA`, `trainB`, `testA` and `testB` of a new folder, which
 * appears once all of it is there. Names come from the archive only as far as they are plain file names, so that nothing is
 * written elsewhere; sizes are counted as they come, not believed.
 *
 * @returns pictures written
 * @throws DownloadError `archive_refused`
 * @throws StorageError `disk_full` or `not_writable`
 */
export async function unpack(
  archive: string,
  out: string,
  {
    signal,
    onProgress,
    mostPictures = 100_000,
    mostPictureBytes = 50e6,
    mostBytes = 20e9,
  }: UnpackOptions = {},
): Promise<number> {
  const refuse = (what: string, cause?: unknown) =>
    new DownloadError(
      "archive_refused",
      `The archive ${archive} ${what}; delete it and get it from a source you trust.`,
      cause,
    );
  return fillFolder(out, async (partial) => {
    const pictures = await listPictures(archive, mostPictures, refuse);
    for (const folder of new Set(pictures.map((picture) => picture.folder))) {
      await mkdir(join(partial, folder), { recursive: true });
    }
    let left = mostBytes;
    for (const [index, { entry, folder, name }] of pictures.entries()) {
      signal?.throwIfAborted();
      const limit = Math.min(mostPictureBytes, left);
      left -= await extract(entry, join(partial, folder, name), limit, refuse);
      onProgress?.({ done: index + 1, total: pictures.length });
    }
    return pictures.length;
  });
}

type Refuse = (what: string, cause?: unknown) => DownloadError;

interface ArchivedPicture {
  readonly entry: FileEntry;
  readonly folder: string;
  readonly name: string;
}

async function listPictures(
  archive: string,
  mostPictures: number,
  refuse: Refuse,
): Promise<readonly ArchivedPicture[]> {
  configure({ useWebWorkers: false });
  const reader = new ZipReader(new BlobReader(await openAsBlob(archive)), { checkCrc32: true });
  const pictures: ArchivedPicture[] = [];
  const taken = new Set<string>();
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      const place = entry.directory ? undefined : placeOf(entry.filename);
      if (entry.directory || !place) continue;
      const path = `${place.folder}/${place.name}`.toLowerCase();
      if (taken.has(path)) throw refuse(`holds ${JSON.stringify(path)} twice`);
      if (pictures.length >= mostPictures) throw refuse(`holds more than ${mostPictures} pictures`);
      if (entry.encrypted) throw refuse("is encrypted");
      taken.add(path);
      pictures.push({ entry, ...place });
    }
  } catch (cause) {
    if (cause instanceof DownloadError) throw cause;
    throw refuse(`is not a whole zip file (${reasonOf(cause)})`, cause);
  }
  if (pictures.length === 0) throw refuse("holds no pictures in trainA, trainB, testA or testB");
  return pictures;
}

/** `horse2zebra/trainA/n02381460_2.jpg` → `trainA`, `n02381460_2.jpg`; undefined for what is not a data set's picture. */
function placeOf(path: string): { readonly folder: string; readonly name: string } | undefined {
  const parts = path.split("/");
  const [name = "", folder = ""] = [parts.at(-1), parts.at(-2)];
  const isPlain = /^[^.\\/:\p{Cc}][^\\/:\p{Cc}]{0,199}$/u.test(name);
  if (!folders.has(folder) || !isPlain || !pictureExtensions.has(extname(name).toLowerCase()))
    return undefined;
  return { folder, name };
}

async function extract(entry: FileEntry, path: string, limitBytes: number, refuse: Refuse): Promise<number> {
  const name = JSON.stringify(entry.filename.slice(0, 100));
  const file = await open(path, "wx");
  let written = 0;
  const sink = new WritableStream<Uint8Array>({
    async write(chunk) {
      if (written + chunk.length > limitBytes) throw refuse(`unpacks to more than is allowed at ${name}`);
      await file.write(chunk, 0, chunk.length, written);
      written += chunk.length;
    },
  });
  try {
    await entry.getData(sink);
    return written;
  } catch (cause) {
    if (cause instanceof DownloadError || isSystemError(cause)) throw cause;
    throw refuse(`is damaged at ${name} (${reasonOf(cause)})`, cause);
  } finally {
    await file.close();
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** Whether a folder holds an unpacked data set. */
export async function isUnpacked(directory: string): Promise<boolean> {
  const names: readonly string[] = await readdir(directory).catch(() => []);
  return names.includes("trainA") && names.includes("trainB");
}
