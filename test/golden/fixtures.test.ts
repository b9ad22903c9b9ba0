import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { relativeDifference } from "./difference.ts";
import { fixturesDirectory, readFixture } from "./fixture.ts";

const run = promisify(execFile);
const script = fileURLToPath(new URL("./write-fixtures.py", import.meta.url));

test("write-fixtures.py writes the committed numbers again", async (context) => {
  await run("python3", ["-c", "import torch"]).catch(() => context.skip("python3 cannot import torch"));
  const directory = await mkdtemp(join(tmpdir(), "golden-"));
  try {
    // -B: Python leaves no caches beside the sources.
    await run("python3", ["-B", script, directory]);
    const names = await readdir(fixturesDirectory);
    expect(await readdir(directory)).toEqual(names);
    for (const file of names) {
      const name = file.replace(/\.safetensors$/, "");
      const [written, committed] = await Promise.all([readFixture(name, directory), readFixture(name)]);
      expect(written.case).toEqual(committed.case);
      expect([...written.tensors.keys()], name).toEqual([...committed.tensors.keys()]);
      for (const [tensor, { shape, data }] of committed.tensors) {
        expect(written.tensors.get(tensor)!.shape, `${name} ${tensor}`).toEqual(shape);
        // What vanishes in exact arithmetic is rounding alone.
        const difference = relativeDifference(written.tensors.get(tensor)!.data, data, { floor: 1e-8 });
        expect(difference, `${name} ${tensor}`).toBeLessThan(1e-5);
      }
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
