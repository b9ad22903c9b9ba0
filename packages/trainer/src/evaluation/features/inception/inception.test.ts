import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { selectBackend } from "../../../backend/select.ts";
import { serveArchive } from "../../../data-sets/testing/archive-server.ts";
import { writeCheckpoint } from "../../../pytorch/write-checkpoint.ts";
import { openFeatureExtractor } from "../open-feature-extractor.ts";
import { getInception, inceptionWeights } from "./get-inception.ts";

const script = fileURLToPath(new URL("./testing/reference.py", import.meta.url));
const probe =
  "import importlib.util, sys; sys.exit(any(importlib.util.find_spec(name) is None for name in ('torch', 'torchvision')))";
const hasTorchvision = spawnSync("python3", ["-c", probe]).status === 0;
if (!hasTorchvision) {
  console.info(
    "Skipping the comparison with PyTorch's Inception: python3 here has no torch and torchvision to import.",
  );
}

let directory: string;
beforeAll(async () => {
  tf.enableProdMode();
  await selectBackend("wasm");
});
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "inception-"));
});
afterEach(() => rm(directory, { recursive: true }));

describe.skipIf(!hasTorchvision)("next to PyTorch", () => {
  it("fetches weights over a line that breaks off, and finds what FID's Inception finds", {
    timeout: 120_000,
  }, async () => {
    const { status, stderr } = spawnSync("python3", [script, directory], { encoding: "utf8" });
    expect(status, stderr).toBe(0);
    const content = await readFile(join(directory, "inception.pth"));
    const server = await serveArchive(content, [{ kind: "break off", afterBytes: 1_000_000 }]);
    const folder = join(directory, "features", "inception");
    const told: number[] = [];
    try {
      await getInception({
        out: folder,
        mirror: server.folder,
        expected: expectedOf(content),
        onProgress: ({ done }) => void told.push(done),
      });
    } finally {
      await server.close();
    }
    expect(server.ranges).toHaveLength(2);
    expect(told.at(-1)).toBe(content.length);
    expect(await readdir(join(directory, "features"))).toEqual(["inception"]);

    const extractor = await openFeatureExtractor(folder, { range: "-1..1" });
    const data = new Uint8Array(await readFile(join(directory, "picture.rgb")));
    const side = Math.sqrt(data.length / 3);
    const found = await extractor.extract({ data, width: side, height: side });
    extractor.dispose();
    const expected = new Float32Array(new Uint8Array(await readFile(join(directory, "features.f32"))).buffer);
    expect(found).toHaveLength(2048);
    const size = Math.hypot(...expected) / Math.sqrt(expected.length);
    const differences = [...found].map((value, index) => Math.abs(value - expected[index]!) / size);
    expect(Math.max(...differences)).toBeLessThan(2e-3);
  });
});

describe("refuses in one sentence", () => {
  it("a file of other weights, before it is read", async () => {
    const weights = join(directory, "google.pth");
    await writeFile(weights, "other weights");
    await expect(getInception({ out: join(directory, "inception"), weights })).rejects.toThrow(
      /google\.pth is not pt_inception-2015-12-05-6726825d\.pth \(95628359 bytes.*no FID/,
    );
    await expect(
      getInception({ out: join(directory, "inception"), weights: join(directory, "none.pth") }),
    ).rejects.toThrow(/none\.pth cannot be read/);
    expect(await readdir(directory)).toEqual(["google.pth"]);
  });

  it("a file without what Inception needs, and writes nothing", async () => {
    const filled = (...shape: number[]) => ({
      shape,
      data: new Float32Array(shape.reduce((product, side) => product * side, 1)).fill(0.5),
    });
    const tensors = new Map([
      ["Conv2d_1a_3x3.conv.weight", filled(2, 3, 3, 3)],
      ["Conv2d_1a_3x3.bn.weight", filled(2)],
      ["Conv2d_1a_3x3.bn.bias", filled(2)],
      ["Conv2d_1a_3x3.bn.running_mean", filled(2)],
    ]);
    const weights = join(directory, "part.pth");
    const attempt = async () => {
      const content = await writeCheckpoint(tensors);
      await writeFile(weights, content);
      return getInception({ out: join(directory, "inception"), weights, expected: expectedOf(content) });
    };
    await expect(attempt()).rejects.toThrow(/part\.pth has no Conv2d_1a_3x3\.bn\.running_var of 2 values/);
    tensors.set("Conv2d_1a_3x3.bn.running_var", filled(2));
    await expect(attempt()).rejects.toThrow(/part\.pth has no Conv2d_2a_3x3\.conv\.weight; take the file/);
    expect(await readdir(directory)).toEqual(["part.pth"]);
  });
});

function expectedOf(content: Uint8Array) {
  const sha256 = createHash("sha256").update(content).digest("hex");
  return { ...inceptionWeights, bytes: content.length, sha256 };
}
