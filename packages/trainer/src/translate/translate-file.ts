import { extname } from "node:path";
import { fittedSize, type ImageFormat } from "@unpaired/core/contracts";
import { writeAtomically } from "../checkpoint/atomic-write.ts";
import { encodeImage, fromModelRange, readImage, resize, toModelRange } from "../data/index.ts";
import { ConfigError } from "../errors.ts";
import type { Translator } from "./run-translator.ts";

/** Options of {@link translateFile}. */
export interface TranslateFileOptions {
  readonly translator: Translator;
  readonly input: string;
  /** Path whose ending decides the format: .png, .jpg, .jpeg or .webp. */
  readonly output: string;
  /** Side the shorter side of the picture is fitted to. */
  readonly sizePixels: number;
  readonly multipleOf: number;
}

const formats: Readonly<Record<string, ImageFormat>> = {
  ".png": "png",
  ".jpg": "jpeg",
  ".jpeg": "jpeg",
  ".webp": "webp",
};

/**
 * Translates one picture file into another, fitted to the model as the edge fits it.
 *
 * @throws ConfigError `unknown_format` for an output that is no picture's name
 * @throws DataError when the input cannot be used
 */
export async function translateFile(
  options: TranslateFileOptions,
): Promise<{ width: number; height: number }> {
  const { translator, input, output, sizePixels, multipleOf } = options;
  const format = formats[extname(output).toLowerCase()];
  if (!format) {
    throw new ConfigError(`${output} names no picture format; end it in .png, .jpg or .webp.`, {
      code: "unknown_format",
    });
  }
  const picture = await readImage(input, { smallestSidePixels: 1 });
  const size = fittedSize(picture, { size: sizePixels, multipleOf });
  const fitted = await resize(picture, size.width, size.height);
  const translated = await translator.translate({ ...fitted, data: toModelRange(fitted), channels: 3 });
  await writeAtomically(output, await encodeImage(fromModelRange(translated.data, translated), { format }));
  return size;
}
