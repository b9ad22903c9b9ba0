import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningServer, startServer } from "@unpaired/edge-api/serve";
import { Unpaired } from "@unpaired/sdk";
import { psnr, readImage, toModelRange } from "@unpaired/trainer";
import { afterAll, beforeAll, expect, test } from "vitest";
import { decodePng } from "./quickstart/decode-png.ts";
import { trainer } from "./run-trainer.ts";

let directory: string;
let server: RunningServer;
let client: Unpaired;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "journey-"));
  await trainer(
    directory,
    "data",
    "synthesize",
    "seasons",
    "--out",
    "data",
    "--count",
    "6",
    "--size",
    "32",
    "--holdout",
    "2",
  );
  const networks = [
    "--filters",
    "8",
    "--blocks",
    "1",
    "--discriminator-filters",
    "8",
    "--discriminator-layers",
    "2",
  ];
  const sizes = ["--size", "32", "--load-size", "32", "--steps", "12", "--sample-every", "6"];
  await trainer(
    directory,
    "train",
    "--a",
    "data/trainA",
    "--b",
    "data/trainB",
    "--domains",
    "summer,winter",
    "--name",
    "tiny",
    ...networks,
    ...sizes,
  );
  await trainer(directory, "publish", "runs/tiny", "--to", "registry");
  server = await startServer({ registryDirectory: join(directory, "registry") });
  client = new Unpaired({ baseUrl: server.url });
});

afterAll(async () => {
  await server?.close();
  await rm(directory, { recursive: true, force: true });
});

test("training leaves figures, sample grids and a checkpoint", async () => {
  const run = join(directory, "runs", "tiny");
  expect((await readdir(join(run, "samples"))).sort()).toEqual(["step-0000006.png", "step-0000012.png"]);
  expect(await readdir(join(run, "checkpoints"))).toContain("step-0000012.safetensors");
  const lines = (await readFile(join(run, "metrics.jsonl"), "utf8")).trim().split("\n");
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({ step: 12, losses: { cycleA: expect.any(Number) } });
});

test("the service lists both directions with the run's facts", async () => {
  const models = await client.models.list();
  expect(models.map(({ id }) => id).sort()).toEqual(["summer2winter", "winter2summer"]);
  const manifest = await client.models.get("summer2winter");
  expect(manifest).toMatchObject({
    domains: { from: "summer", to: "winter" },
    createdAt: "2026-01-02T03:04:05.678Z",
    quantization: "uint8",
    training: { steps: 12, backend: expect.stringMatching(/^(wasm|tensorflow|webgpu)$/) },
  });
});

test.each([
  ["summer2winter", "a2b", "testA"],
  ["winter2summer", "b2a", "testB"],
])("%s through the service is what the trainer itself translates", async (model, direction, folder) => {
  const input = join(directory, "data", folder, (await readdir(join(directory, "data", folder)))[0]!);
  await trainer(
    directory,
    "translate",
    "runs/tiny",
    input,
    "--direction",
    direction,
    "--out",
    `${model}.png`,
  );
  const local = await readImage(join(directory, `${model}.png`));
  const answer = await client.translate(await readFile(input), { model, format: "png" });
  expect(answer.model).toBe(model);
  const remote = await decodePng(await answer.bytes());
  expect([remote.width, remote.height]).toEqual([local.width, local.height]);
  expect(psnr(toModelRange(remote), toModelRange(local))).toBeGreaterThan(40);
});

test("a job gives each of its pictures what translating it alone does", async () => {
  const folder = join(directory, "data", "testA");
  const [first, second] = (await readdir(folder)).sort().map((name) => join(folder, name));
  const images = [
    new File([await readFile(first!)], "one.png"),
    new File(["no picture"], "broken.png", { type: "image/png" }),
    new File([await readFile(second!)], "two.png"),
  ];
  const job = await client.jobs.create({ model: "summer2winter", format: "png", images });
  const results = [];
  for await (const result of client.jobs.results(job.id, { follow: true })) results.push(result);
  results.sort((one, other) => one.index - other.index);
  expect(results).toMatchObject([
    { id: "one.png", status: "done", contentType: "image/png" },
    { id: "broken.png", status: "failed", code: "unsupported_image" },
    { id: "two.png", status: "done" },
  ]);
  expect(await client.jobs.get(job.id)).toMatchObject({ status: "done", total: 3, done: 2, failed: 1 });
  const alone = await client.translate(images[2]!, { model: "summer2winter", format: "png" });
  const image = await client.jobs.image(job.id, 2);
  expect(image).toMatchObject({ model: "summer2winter", version: alone.version });
  expect(Buffer.compare(await image.bytes(), await alone.bytes())).toBe(0);
  await expect(client.jobs.image(job.id, 1)).rejects.toMatchObject({ code: "not_found" });
});

test("a resumed run ends as one that was never stopped", async () => {
  const common = [
    "--a",
    "data/trainA",
    "--b",
    "data/trainB",
    "--filters",
    "4",
    "--blocks",
    "1",
    "--size",
    "16",
    "--load-size",
    "18",
  ];
  const small = ["--discriminator-filters", "4", "--discriminator-layers", "1", "--pool", "2"];
  await trainer(directory, "train", ...common, ...small, "--name", "whole", "--steps", "8");
  await trainer(directory, "train", ...common, ...small, "--name", "halves", "--steps", "4");
  const config = join(directory, "runs", "halves", "config.json");
  await writeFile(config, (await readFile(config, "utf8")).replace('"maxSteps": 4', '"maxSteps": 8'));
  await trainer(directory, "resume", "runs/halves");
  const checkpoint = (run: string) =>
    readFile(join(directory, "runs", run, "checkpoints", "step-0000008.safetensors"));
  expect(Buffer.compare(await checkpoint("halves"), await checkpoint("whole"))).toBe(0);
});
