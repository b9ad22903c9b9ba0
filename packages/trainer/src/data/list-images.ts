import { readdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { DataError } from "./errors.ts";

const extensions = new Set([".jpg", ".jpeg", ".png", ".webp"]);

/**
 * Lists the JPEG, PNG and WebP files directly in a folder, as paths sorted by name; hidden files are left out.
 *
 * @throws DataError `folder_missing`, `folder_empty` when no file qualifies, `too_few_images` below `atLeast`
 */
export async function listImages(
  directory: string,
  { atLeast = 1 }: { readonly atLeast?: number } = {},
): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === "ENOENT" ? "does not exist" : "cannot be read as a folder";
    throw new DataError(
      "folder_missing",
      `The folder ${directory} ${why}; name a folder of pictures.`,
      cause,
    );
  });
  const paths: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith(".") || !extensions.has(extname(entry.name).toLowerCase())) continue;
    const path = join(directory, entry.name);
    // Pipes and devices would block the reader for ever.
    if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(path)))) paths.push(path);
  }
  if (paths.length === 0 && atLeast > 0) {
    throw new DataError(
      "folder_empty",
      `The folder ${directory} holds no JPEG, PNG or WebP picture (.jpg, .jpeg, .png, .webp); put some there or name another.`,
    );
  }
  if (paths.length < atLeast) {
    throw new DataError(
      "too_few_images",
      `The folder ${directory} holds ${paths.length} picture${paths.length === 1 ? "" : "s"}; at least ${atLeast} are needed.`,
    );
  }
  // By code unit, not by locale: the order is part of a run's seed.
  return paths.sort((first, second) => (first < second ? -1 : 1));
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (target) => target.isFile(),
    () => false,
  );
}
