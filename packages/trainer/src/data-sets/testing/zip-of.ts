import { configure, Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";

/** A zip archive of these files, as its bytes. */
export async function zipOf(
  files: Readonly<Record<string, Uint8Array>>,
  { password }: { readonly password?: string } = {},
): Promise<Uint8Array> {
  configure({ useWebWorkers: false });
  const writer = new ZipWriter(new Uint8ArrayWriter(), password === undefined ? {} : { password });
  for (const [path, content] of Object.entries(files)) await writer.add(path, new Uint8ArrayReader(content));
  return writer.close();
}
