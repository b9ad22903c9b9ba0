import { UnpairedError } from "@unpaired/core";

/** A file could not be written; what stood in its place before is untouched. */
export class StorageError extends UnpairedError {
  override readonly name = "StorageError";

  /** Says what the operating system's refusal means and what cures it. */
  static of(path: string, cause: unknown): StorageError {
    const number = (cause as NodeJS.ErrnoException | undefined)?.code ?? String(cause);
    const [code, reason] = refusals[number] ?? ["not_writable", `the system reports ${number}`];
    return new StorageError(`${path} could not be written: ${reason}.`, { code, cause });
  }
}

const full = "free some space there";
const blocked = "a file stands where a folder is needed; move it away";
const locked = "make its folder writable, or choose another place";
const refusals: Readonly<Record<string, readonly [code: string, reason: string]>> = {
  ENOSPC: ["disk_full", `the disk is full; ${full}`],
  EDQUOT: ["disk_full", `your quota on this disk is used up; ${full}`],
  EFBIG: ["disk_full", "the file would become larger than allowed; raise the limit (ulimit -f)"],
  EACCES: ["not_writable", `permission is denied; ${locked}`],
  EPERM: ["not_writable", `permission is denied; ${locked}`],
  EROFS: ["not_writable", `its file system is read-only; ${locked}`],
  ENOTDIR: ["not_writable", blocked],
  EEXIST: ["not_writable", blocked],
  EIO: ["not_writable", "the disk fails; use another one"],
};
