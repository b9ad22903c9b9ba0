import { type GetDataSetOptions, getDataSet } from "../data-sets/get-data-set.ts";
import type { CliContext } from "./context.ts";
import { follow } from "./follow.ts";
import { inMegabytes } from "./in-megabytes.ts";

/** Gets a data set, as {@link getDataSet} does, and shows how far it is. */
export async function getDataSetWithProgress(
  options: Omit<GetDataSetOptions, "signal" | "onDownload" | "onUnpack">,
  { signal, progress: target }: CliContext,
): Promise<string> {
  const download = follow(`Getting ${options.name}`, "MB", target);
  const unpack = follow("Unpacking", "images", target);
  const folder = await getDataSet({
    ...options,
    signal,
    onDownload: ({ done, total }) => download.update({ done: inMegabytes(done), total: inMegabytes(total) }),
    onUnpack: (progress) => {
      if (progress.done === 1) download.finish();
      unpack.update(progress);
    },
  });
  unpack.finish();
  return folder;
}
