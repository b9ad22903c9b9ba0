import type { ImageTensor } from "@unpaired/engine";
import { writeAtomically } from "../checkpoint/atomic-write.ts";
import {
  type ChannelCount,
  encodeImage,
  type Picture,
  readImage,
  toGrey,
  toModelRange,
} from "../data/index.ts";
import { CheckpointError } from "../errors.ts";
import { runPaths } from "./run-directory.ts";

/** How many fixed images of each domain a run keeps. */
export const PROBE_COUNT = 3;

/** Keeps a domain's fixed images with the run; later looks at the run do not need its data any more. */
export async function writeProbes(
  directory: string,
  domain: "A" | "B",
  pictures: readonly Picture[],
): Promise<void> {
  for (const [index, picture] of pictures.entries()) {
    await writeAtomically(runPaths(directory).probe(domain, index), await encodeImage(picture));
  }
}

/**
 * Reads a domain's fixed images back, grey for one channel.
 *
 * @throws CheckpointError `damaged_run` when one is missing or does not decode
 */
export async function readProbes(
  directory: string,
  domain: "A" | "B",
  channels: ChannelCount = 3,
): Promise<ImageTensor[]> {
  const probes: ImageTensor[] = [];
  for (let index = 0; index < PROBE_COUNT; index++) {
    const path = runPaths(directory).probe(domain, index);
    const picture = await readImage(path).catch((cause) => {
      throw new CheckpointError(`${path} cannot be read; restore it or train again.`, {
        code: "damaged_run",
        cause,
      });
    });
    const { width, height } = picture;
    const raster = channels === 1 ? toGrey({ ...picture, channels: 3 }) : picture;
    probes.push({ data: toModelRange(raster), width, height, channels });
  }
  return probes;
}
