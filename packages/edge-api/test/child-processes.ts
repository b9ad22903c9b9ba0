import { readdir, readFile } from "node:fs/promises";

/** Ids of the processes this one started, as Linux lists them; none elsewhere. */
export async function childProcesses(): Promise<number[]> {
  const names = await readdir("/proc").catch(() => []);
  const parents = await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => {
        const status = await readFile(`/proc/${name}/status`, "utf8").catch(() => "");
        return [Number(name), Number(/^PPid:\s+(\d+)/m.exec(status)?.[1])] as const;
      }),
  );
  return parents.flatMap(([id, parent]) => (parent === process.pid ? [id] : []));
}

/** Bytes of memory a process has in RAM, as Linux tells; undefined elsewhere and for one that is gone. */
export async function residentBytes(processId: number | undefined): Promise<number | undefined> {
  const status = await readFile(`/proc/${processId}/status`, "utf8").catch(() => "");
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}
