import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";
import { openEventFile } from "./event-file.ts";

const root = await mkdtemp(join(tmpdir(), "tensorboard-"));
afterAll(() => rm(root, { recursive: true }));

const installed = spawnSync("python3", ["-c", "import tensorboard"]).status === 0;
const skipped = installed ? "" : " (skipped: python3 cannot import tensorboard)";

// Both of TensorBoard's own readers: the one of its interface for programs, and the one behind its server.
const reader = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.plugin_event_accumulator import EventAccumulator as ServerAccumulator
everything = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "images": 0})
everything.Reload()
server = ServerAccumulator(sys.argv[1], tensor_size_guidance={"scalars": 0, "images": 0})
server.Reload()
print(json.dumps({
    "scalars": {tag: [[item.step, item.value, item.wall_time] for item in everything.Scalars(tag)] for tag in everything.Tags()["scalars"]},
    "images": {tag: [[item.step, item.width, item.height, len(item.encoded_image_string)] for item in everything.Images(tag)] for tag in everything.Tags()["images"]},
    "server": {tag: [item.step for item in server.Tensors(tag)] for tag in server.Tags()["tensors"]},
}))`;

test.skipIf(!installed)(
  `TensorBoard reads a run that was cut off and went on from an earlier step${skipped}`,
  async () => {
    const png = await sharp({ create: { width: 40, height: 30, channels: 3, background: "#c0ffee" } })
      .png()
      .toBuffer();
    const nowMs = () => 1_700_000_000_000;
    const image = { tag: "samples", png, width: 40, height: 30 };

    const first = await openEventFile({ directory: root, fromStep: 0, nowMs });
    for (let step = 10; step <= 60; step += 10) await first.scalars(step, { "loss/cycleA": 0.5 });
    await first.image(20, image);
    await first.image(60, image);
    await first.close();
    // As a power cut may leave it: the last record is not whole.
    await truncate(first.path, (await stat(first.path)).size - 5);

    const second = await openEventFile({ directory: root, fromStep: 30, nowMs });
    for (const step of [35, 45]) await second.scalars(step, { "loss/cycleA": 0.25 });
    await second.image(40, image);
    await second.close();

    const { stdout } = await promisify(execFile)("python3", ["-c", reader, root]);
    const seconds = 1_700_000_000;
    expect(JSON.parse(stdout)).toEqual({
      scalars: {
        "loss/cycleA": [
          [10, 0.5, seconds],
          [20, 0.5, seconds],
          [30, 0.5, seconds],
          [35, 0.25, seconds],
          [45, 0.25, seconds],
        ],
      },
      images: {
        samples: [
          [20, 40, 30, png.length],
          [40, 40, 30, png.length],
        ],
      },
      server: { "loss/cycleA": [10, 20, 30, 35, 45], samples: [20, 40] },
    });
  },
);
