import { basename, join } from "node:path";
import { UnpairedError } from "@unpaired/core";
import { listImages } from "../data/index.ts";
import { type TranslateFileOptions, translateFile } from "./translate-file.ts";

/** Options of {@link translateFolder}. */
export interface TranslateFolderOptions extends Omit<TranslateFileOptions, "input" | "output"> {
  /** Folder of pictures; those directly in it are translated. */
  readonly input: string;
  /** Folder the translated pictures go into, under their own names. */
  readonly output: string;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
  /** Told about a picture that cannot be used; the others go on. */
  readonly onUnusable: (error: UnpairedError) => void;
}

/**
 * Translates the pictures of a folder into another, one after the other.
 *
 * @returns how many were translated
 * @throws DataError when the folder cannot be read, the last picture's error when none could be translated
 */
export async function translateFolder({
  input,
  output,
  signal,
  onProgress,
  onUnusable,
  ...options
}: TranslateFolderOptions): Promise<number> {
  const files = await listImages(input);
  let translated = 0;
  let lastError: UnpairedError | undefined;
  for (const [index, file] of files.entries()) {
    signal.throwIfAborted();
    try {
      await translateFile({ ...options, input: file, output: join(output, basename(file)) });
      translated++;
    } catch (error) {
      if (!(error instanceof UnpairedError)) throw error;
      lastError = error;
      onUnusable(error);
    }
    onProgress(index + 1, files.length);
  }
  if (translated === 0 && lastError) throw lastError;
  return translated;
}
