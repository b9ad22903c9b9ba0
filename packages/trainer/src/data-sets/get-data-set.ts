import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../data/errors.ts";
import { catalog, type PublishedDataSet, sourceOfArchives } from "./catalog.ts";
import { type DownloadOptions, download } from "./download.ts";
import { DownloadError } from "./errors.ts";
import { fileAt } from "./file-at.ts";
import { isUnpacked, unpack } from "./unpack.ts";

/** Options of {@link getDataSet}. */
export interface GetDataSetOptions extends Omit<DownloadOptions, "onProgress"> {
  /** As the catalogue names it. */
  readonly name: string;
  /** Folder the data set's own folder goes to; the archive lies beside it meanwhile. */
  readonly directory: string;
  /** Address of a folder that holds `<name>.zip`, instead of the authors'. */
  readonly mirror?: string | undefined;
  /** What the archives hold; the paper's by default. */
  readonly dataSets?: Readonly<Record<string, PublishedDataSet>>;
  readonly onDownload?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly onUnpack?: (progress: { readonly done: number; readonly total: number }) => void;
}

/**
 * Brings one of the paper's data sets to a folder: downloads its archive, holds it to its checksum, unpacks it and
 * deletes it. Cut off at any point, the same call goes on from there; a data set that is there already is left alone.
 *
 * @returns the data set's folder, which holds `trainA`, `trainB`, `testA` and `testB`
 * @throws DownloadError | StorageError | DataError
 */
export async function getDataSet({
  name,
  directory,
  mirror,
  dataSets = catalog,
  onDownload,
  onUnpack,
  ...options
}: GetDataSetOptions): Promise<string> {
  const { bytes, sha256, withheld } = publishedDataSet(name, dataSets);
  const out = join(directory, name);
  if (await isUnpacked(out)) return out;
  if (existsSync(out)) {
    throw new DataError(
      "folder_in_use",
      `${out} exists and is no data set; move it away or choose another --out.`,
    );
  }
  const archive = join(directory, `${name}.zip`);
  if (withheld !== undefined && mirror === undefined && !existsSync(archive)) {
    throw new DownloadError("data_set_withheld", withheld);
  }
  const url = fileAt(mirror ?? sourceOfArchives, `${name}.zip`);
  await download(
    archive,
    { url, bytes, sha256 },
    { ...options, onProgress: (done) => onDownload?.({ done, total: bytes }) },
  );
  await unpack(archive, out, { signal: options.signal, onProgress: onUnpack });
  await rm(archive);
  return out;
}

/** @throws DownloadError `unknown_data_set` */
function publishedDataSet(
  name: string,
  dataSets: Readonly<Record<string, PublishedDataSet>> = catalog,
): PublishedDataSet {
  const found = Object.hasOwn(dataSets, name) ? dataSets[name] : undefined;
  if (found) return found;
  throw new DownloadError(
    "unknown_data_set",
    `There is no data set ${JSON.stringify(name)}; take one of ${Object.keys(dataSets).join(", ")}.`,
  );
}
