import { DownloadError } from "./errors.ts";

/** Address of a file in a folder on a web server. @throws DownloadError `invalid_mirror` */
export function fileAt(folder: string, file: string): URL {
  const url = URL.parse(folder.endsWith("/") ? folder : `${folder}/`);
  if (url && /^https?:$/.test(url.protocol)) return new URL(file, url);
  throw new DownloadError(
    "invalid_mirror",
    `The mirror ${JSON.stringify(folder)} is no address; give one like https://example.com/datasets/.`,
  );
}
