import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, initializeWeights, mobileResnetGenerator } from "@unpaired/core";
import {
  type Entrant,
  enterWorkerd,
  randomModel,
  readPicture,
  writeModelFiles,
} from "@unpaired/engine/bench";
import sharp from "sharp";
import { bundleMeasuredWorker, type WorkerBundle } from "../test/direct-workerd.ts";
import { publishModel } from "../test/publish-model.ts";

/** Side of the picture and of the model's input. */
const SIZE_PIXELS = 256;
export const MODEL_ID = "mobile16";

/** What is measured: the service's bundle and registry, and the same network in onnxruntime-web. */
export interface Subjects {
  readonly bundle: WorkerBundle;
  readonly registryDirectory: string;
  /** The picture as a JPEG file. */
  readonly jpeg: Uint8Array;
  readonly pictureName: string;
  /** onnxruntime-web with the same published weights, alone in a workerd of its own. */
  readonly onnxruntime: Entrant;
  close(): Promise<void>;
}

/** Publishes the mobile ResNet with 16 filters and the weights its training starts from, and starts its rival. */
export async function prepareSubjects(): Promise<Subjects> {
  const root = await mkdtemp(join(tmpdir(), "bench-edge-"));
  const registryDirectory = join(root, "registry");
  const spec = mobileResnetGenerator({ filters: 16, blocks: 9 });
  const picture = await readPicture(SIZE_PIXELS);
  const folder = join(root, "onnx");
  await writeModelFiles(folder, randomModel(MODEL_ID, spec).files(), picture.image);
  await publishModel(registryDirectory, {
    id: MODEL_ID,
    version: "v1",
    spec,
    weights: initializeWeights(spec, { random: createRandom(1) }),
    sizePixels: SIZE_PIXELS,
    quantization: "uint8",
  });
  const pixels = Uint8Array.from(picture.image.data, (value) => Math.round((value + 1) * 127.5));
  const raw = { width: SIZE_PIXELS, height: SIZE_PIXELS, channels: 3 } as const;
  const jpeg = new Uint8Array(await sharp(pixels, { raw }).jpeg({ quality: 90 }).toBuffer());
  const onnxruntime = await enterWorkerd("onnxruntime", folder);
  await onnxruntime.start();
  return {
    bundle: await bundleMeasuredWorker(),
    registryDirectory,
    jpeg,
    pictureName: picture.name,
    onnxruntime,
    async close() {
      await onnxruntime.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}
