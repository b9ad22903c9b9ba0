import { randomFillSync } from "node:crypto";
import sharp from "sharp";
import { expect, test } from "vitest";
import { encodeSample } from "./encode-sample.ts";
import { SampleStrip } from "./sample-strip.ts";

const plain = await sharp({ create: { width: 60, height: 90, channels: 3, background: "#445566" } })
  .png()
  .toBuffer();

test("a long run shows its first grid, evenly chosen ones and its latest", async () => {
  const strip = new SampleStrip();
  for (let index = 1; index <= 70; index++) await strip.add(index * 1000, plain);
  const steps = strip.samples.map(({ step }) => step / 1000);
  expect(steps).toEqual([1, 9, 17, 25, 33, 41, 49, 57, 65, 70]);
});

test("a resumed run shows what it would have shown without the stop", async () => {
  const whole = new SampleStrip();
  const resumed = new SampleStrip();
  const steps = Array.from({ length: 40 }, (_, index) => (index + 1) * 250);
  for (const step of steps) await whole.add(step, plain);
  await resumed.restore(steps.slice(0, 25), async () => plain);
  for (const step of steps.slice(25)) await resumed.add(step, plain);
  expect(resumed.samples).toEqual(whole.samples);
});

test("a grid that cannot be read is passed over, one that cannot be shown is refused", async () => {
  const strip = new SampleStrip();
  await strip.restore([10, 20, 30], async (step) => {
    if (step === 20) throw new Error("gone");
    return step === 30 ? new Uint8Array([1, 2, 3]) : plain;
  });
  expect(strip.samples.map(({ step }) => step)).toEqual([10]);
  await expect(strip.add(40, new Uint8Array(10))).rejects.toThrow();
  await strip.add(50, plain);
  expect(strip.samples.map(({ step }) => step)).toEqual([10, 50]);
});

test("even noise is made small enough", async () => {
  const noise = randomFillSync(new Uint8Array(900 * 1900 * 3));
  const png = await sharp(noise, { raw: { width: 900, height: 1900, channels: 3 } })
    .png({ compressionLevel: 0 })
    .toBuffer();
  const { webp, width, height } = await encodeSample(1, png, { width: 640, bytes: 80 * 1024 });
  expect(webp.length).toBeLessThanOrEqual(80 * 1024);
  expect(height / width).toBeCloseTo(1900 / 900, 1);
});
