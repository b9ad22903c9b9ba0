import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { selectBackend } from "../backend/select.ts";
import { exportNetwork } from "./export-network.ts";
import { importNetwork } from "./import-network.ts";
import { forwardCase, largestDifference, readCases, readFloats } from "./testing/forward-case.ts";

const fixtures = fileURLToPath(new URL("./testing/fixtures", import.meta.url));
let directory: string;

beforeAll(async () => {
  await selectBackend("cpu");
  directory = await mkdtemp(join(tmpdir(), "pytorch-"));
});
afterAll(() => rm(directory, { recursive: true }));

test.each([
  ["mobile-zip", "mobile-resnet-1blocks-2filters"],
  ["resnet-legacy-half", "resnet-1blocks-2filters"],
  ["resnet-views", "resnet-1blocks-2filters"],
])("%s computes what PyTorch computed when it was written", async (name, expectedName) => {
  const reference = (await readCases(fixtures))[name]!;
  const network = await importNetwork(join(fixtures, `${name}.pth`));
  expect(network.spec.name).toBe(expectedName);
  const found = await forwardCase(network, fixtures, name, reference);
  const expected = await readFloats(join(fixtures, `${name}.out.f32`));
  expect(largestDifference(found, expected)).toBeLessThanOrEqual(1e-4);
});

test("what is exported comes back exactly, and the same network gives the same bytes", async () => {
  const network = await importNetwork(join(fixtures, "mobile-zip.pth"));
  const file = await exportNetwork(network);
  const path = join(directory, "again.pth");
  await writeFile(path, file);
  expect(await importNetwork(path)).toEqual(network);
  expect(await exportNetwork(network)).toEqual(file);
});

test("a channel configuration is held against the file, layer by layer", async () => {
  const path = join(fixtures, "mobile-zip.pth");
  expect((await importNetwork(path, { channelConfiguration: "2_2_2_2_2_2" })).role).toBe("generator");
  expect((await importNetwork(path, { channelConfiguration: "2_2_2_2_9_9_2_2" })).role).toBe("generator");
  await expect(importNetwork(path, { channelConfiguration: "2_2_2_4_2_2" })).rejects.toMatchObject({
    code: "tensor_mismatch",
    message: expect.stringMatching(
      /"model\.10\.conv_block\.1\.conv\.2\.weight" should make 16 channels and makes 8/,
    ),
  });
  for (const wrong of ["", "2_2", "2_2_2_2_2_x", "0_2_2_2_2_2", "2_2_2_2_2_2_2"]) {
    await expect(importNetwork(path, { channelConfiguration: wrong })).rejects.toThrow(
      /6 or 8 whole numbers/,
    );
  }
});

test.each([
  ["text.pth", "hello", "not_pytorch"],
  ["empty.pth", "", "not_pytorch"],
])("%s is no PyTorch file", async (name, content, code) => {
  const path = join(directory, name);
  await writeFile(path, content);
  await expect(importNetwork(path)).rejects.toMatchObject({ code, message: expect.stringContaining(name) });
});

test("a file that is not there, or a folder, is said to be so", async () => {
  await expect(importNetwork(join(directory, "nowhere.pth"))).rejects.toMatchObject({ code: "not_pytorch" });
  await expect(importNetwork(directory)).rejects.toMatchObject({ code: "not_pytorch" });
});
