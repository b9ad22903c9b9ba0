import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { selectBackend } from "../backend/select.ts";
import { exportNetwork } from "./export-network.ts";
import { importNetwork } from "./import-network.ts";
import {
  forwardCase,
  largestDifference,
  type ReferenceCase,
  readCases,
  readFloats,
} from "./testing/forward-case.ts";

const script = fileURLToPath(new URL("./testing/reference.py", import.meta.url));
const probe = "import importlib.util, sys; sys.exit(importlib.util.find_spec('torch') is None)";
const hasTorch = spawnSync("python3", ["-c", probe]).status === 0;
if (!hasTorch) console.info("Skipping the comparison with PyTorch: python3 here has no torch to import.");

function python(command: string, directory: string): void {
  const { status, stderr } = spawnSync("python3", [script, command, directory], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}

describe.skipIf(!hasTorch)("next to PyTorch", () => {
  let directory: string;
  let cases: Record<string, ReferenceCase>;

  beforeAll(async () => {
    await selectBackend("wasm");
    directory = await mkdtemp(join(tmpdir(), "pytorch-"));
    python("save", directory);
    cases = await readCases(directory);
  });
  afterAll(() => rm(directory, { recursive: true }));

  test("every network imports and computes what PyTorch computes", async () => {
    const differences: Record<string, number> = {};
    for (const [name, reference] of Object.entries(cases)) {
      const network = await importNetwork(join(directory, `${name}.pth`));
      expect(network.role).toBe(/^(patch|pixel)/.test(name) ? "discriminator" : "generator");
      const found = await forwardCase(network, directory, name, reference);
      const expected = await readFloats(join(directory, `${name}.out.f32`));
      differences[name] = largestDifference(found, expected);
    }
    expect(Object.keys(differences)).toHaveLength(28);
    expect(Object.entries(differences).filter(([, difference]) => !(difference <= 1e-4))).toEqual([]);
  });

  test("what is exported loads strictly into PyTorch's networks and computes the same there", async () => {
    for (const name of Object.keys(cases)) {
      const file = await exportNetwork(await importNetwork(join(directory, `${name}.pth`)));
      await writeFile(join(directory, `${name}.exported.pth`), file);
    }
    python("run", directory);
    for (const name of Object.keys(cases)) {
      const found = await readFloats(join(directory, `${name}.exported.f32`));
      const expected = await readFloats(join(directory, `${name}.out.f32`));
      expect(largestDifference(found, expected), name).toBeLessThanOrEqual(1e-5);
    }
  });
});
