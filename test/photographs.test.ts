import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startServer } from "@unpaired/edge-api/serve";
import { Unpaired } from "@unpaired/sdk";
import { psnr, readImage, toModelRange } from "@unpaired/trainer";
import sharp from "sharp";
import { expect, test } from "vitest";
import { decodePng } from "./quickstart/decode-png.ts";
import { trainer } from "./run-trainer.ts";

/** trainA, trainB, testA, testB of horse2zebra, beside the checkout. */
const photographs = fileURLToPath(new URL("../../shared/data/horse2zebra", import.meta.url));

test("the whole journey on real photographs at 64 px", async (context) => {
  if (!existsSync(photographs)) context.skip(`there are no photographs in ${photographs}`);
  const directory = await mkdtemp(join(tmpdir(), "photographs-"));
  try {
    const folders = ["--a", join(photographs, "trainA"), "--b", join(photographs, "trainB")];
    const networks = [
      "--filters",
      "8",
      "--blocks",
      "2",
      "--discriminator-filters",
      "16",
      "--discriminator-layers",
      "2",
    ];
    const settings = [
      "--domains",
      "horse,zebra",
      "--name",
      "horses",
      "--size",
      "64",
      "--steps",
      "60",
      "--learning-rate",
      "0.001",
    ];
    await trainer(
      directory,
      "train",
      ...folders,
      ...networks,
      ...settings,
      "--log-every",
      "10",
      "--epochs",
      "1",
      "--decay-epochs",
      "0",
    );
    const metrics = await readFile(join(directory, "runs/horses/metrics.jsonl"), "utf8");
    const [first, last] = [metrics.trim().split("\n").at(0)!, metrics.trim().split("\n").at(-1)!].map(
      (line) => JSON.parse(line),
    );
    expect(last.step).toBe(60);
    expect(last.losses.cycleA + last.losses.cycleB).toBeLessThan(
      0.8 * (first.losses.cycleA + first.losses.cycleB),
    );
    expect(last.tensors).toBe(first.tensors);

    await trainer(directory, "publish", "runs/horses");
    const server = await startServer({ registryDirectory: join(directory, "registry") });
    try {
      const client = new Unpaired({ baseUrl: server.url });
      const photograph = join(photographs, "testA", (await readdir(join(photographs, "testA"))).sort()[0]!);
      const input = join(directory, "horse.png");
      await writeFile(input, await sharp(photograph).resize(64, 64).png().toBuffer());
      await trainer(directory, "translate", "runs/horses", input, "--out", "zebra.png");
      const local = await readImage(join(directory, "zebra.png"));
      const remote = await client.translate(await readFile(input), { model: "horse2zebra", format: "png" });
      const translated = await decodePng(await remote.bytes());
      expect(psnr(toModelRange(translated), toModelRange(local))).toBeGreaterThan(40);

      const whole = await client.translate(await readFile(photograph), { model: "horse2zebra" });
      expect(whole.contentType).toBe("image/jpeg");
      expect(whole.domainScore).toBeLessThan(3);
    } finally {
      await server.close();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
