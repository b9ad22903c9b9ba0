import { readFile } from "node:fs/promises";
import { type BrowserFiles, browserFileNames } from "../src/playground/browser-files.ts";

/** What `build:browser` made. */
export async function readBrowserFiles(): Promise<BrowserFiles> {
  const read = async (name: string) => {
    const path = new URL(`../build/browser/${name}.bin`, import.meta.url);
    return [name, new Uint8Array(await readFile(path))] as const;
  };
  return Object.fromEntries(await Promise.all(browserFileNames.map(read))) as BrowserFiles;
}
