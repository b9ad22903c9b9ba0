import { rm, stat } from "node:fs/promises";
import { download, type ExpectedFile } from "../../../data-sets/download.ts";
import { fileAt } from "../../../data-sets/file-at.ts";
import { hashFile } from "../../../data-sets/hash-file.ts";
import { writeFolder } from "../../../models/write-folder.ts";
import { withStateDict } from "../../../pytorch/state-dict.ts";
import { EvaluationError } from "../../errors.ts";
import { convertInception } from "./convert-inception.ts";

/** Where pytorch-fid keeps TensorFlow's inception-2015-12-05, and what the file must be. */
export const inceptionWeights = {
  folder: "https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/",
  file: "pt_inception-2015-12-05-6726825d.pth",
  bytes: 95_628_359,
  sha256: "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2",
} as const;

/** Options of {@link getInception}. */
export interface GetInceptionOptions {
  /** New folder for the graph model. */
  readonly out: string;
  /** The file of weights, where it is here already; it stays. */
  readonly weights?: string | undefined;
  /** A folder on a web server to get it from, instead of pytorch-fid's. */
  readonly mirror?: string | undefined;
  readonly expected?: Omit<ExpectedFile, "url"> & { readonly folder: string; readonly file: string };
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/**
 * Makes the feature network of FID and KID: downloads its weights, or takes a file of them, holds them to their checksum,
 * and converts them into a tfjs graph model. Cut off, the same call goes on from there.
 *
 * @throws EvaluationError `invalid_feature_model` when the file given is another one
 * @throws DownloadError | ModelDirectoryError | StorageError
 */
export async function getInception({
  out,
  weights,
  mirror,
  expected = inceptionWeights,
  signal,
  onProgress,
}: GetInceptionOptions): Promise<void> {
  const path = weights ?? `${out}.pth`;
  if (weights === undefined) {
    const url = fileAt(mirror ?? expected.folder, expected.file);
    await download(
      path,
      { ...expected, url },
      { signal, onProgress: (done) => onProgress?.({ done, total: expected.bytes }) },
    );
  } else {
    await assertSame(path, expected, signal);
  }
  await writeFolder(out, await withStateDict(path, convertInception));
  if (weights === undefined) await rm(path);
}

async function assertSame(
  path: string,
  { bytes, sha256, file }: Pick<ExpectedFile, "bytes" | "sha256"> & { readonly file: string },
  signal: AbortSignal | undefined,
): Promise<void> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new EvaluationError(
      "invalid_feature_model",
      `${path} cannot be read; name the file of weights.`,
      cause,
    );
  });
  if (found.size === bytes && (await hashFile(path, signal)) === sha256) return;
  throw new EvaluationError(
    "invalid_feature_model",
    `${path} is not ${file} (${bytes} bytes, SHA-256 ${sha256}); figures by other weights are no FID. Leave --weights out to fetch it.`,
  );
}
