import type { OpenFile } from "../container/open-file.ts";
import { complainAbout } from "../errors.ts";

/** A file that lies in memory, read within its bounds as one on disk is. */
export function memoryFile(bytes: Uint8Array): OpenFile {
  const complain = complainAbout("file.pth");
  return {
    size: bytes.length,
    async read(offset, length) {
      if (!(offset >= 0 && length >= 0 && offset + length <= bytes.length)) {
        throw complain("damaged_pytorch_file", "is cut off; get a whole copy.");
      }
      return Uint8Array.from(bytes.subarray(offset, offset + length));
    },
    close: async () => {},
  };
}
