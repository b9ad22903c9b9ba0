import { type FileHandle, open, stat } from "node:fs/promises";
import type { Complain } from "../errors.ts";

/** A regular file read piece by piece, within its bounds. */
export interface OpenFile {
  /** Length in bytes. */
  readonly size: number;
  /** Bytes `offset` … `offset + length - 1`. */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Opens a file for reading.
 *
 * @throws PytorchFileError `not_pytorch` when there is no such file, `damaged_pytorch_file` for a read outside of it
 */
export async function openFile(path: string, complain: Complain): Promise<OpenFile> {
  const unreadable = (cause: unknown): never => {
    throw complain("not_pytorch", "cannot be read; name a .pth file.", cause);
  };
  // Asked before opening: a pipe would keep whoever opens it waiting for ever.
  const { size, isFile } = await stat(path).then(
    (status) => ({ size: status.size, isFile: status.isFile() }),
    unreadable,
  );
  if (!isFile) throw complain("not_pytorch", "is no file; name a .pth file.");
  const handle = await open(path, "r").catch(unreadable);
  return {
    size,
    read: (offset, length) => {
      if (!(offset >= 0 && length >= 0 && offset + length <= size)) {
        throw complain("damaged_pytorch_file", "is cut off; get a whole copy.");
      }
      return readWhole(handle, offset, length, complain);
    },
    close: () => handle.close(),
  };
}

async function readWhole(
  handle: FileHandle,
  offset: number,
  length: number,
  complain: Complain,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) throw complain("damaged_pytorch_file", "became shorter while it was read.");
    done += bytesRead;
  }
  return bytes;
}
