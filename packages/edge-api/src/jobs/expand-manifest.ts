import type { PictureBucket, TranslationQueue } from "./bindings.ts";
import { isUnfinished, type JobRow } from "./job-rows.ts";
import type { JobStore } from "./job-store.ts";
import { sendMessages, translateMessages } from "./messages.ts";
import { readManifestLines } from "./read-manifest.ts";

/** How much of a manifest is in memory at once. */
export interface SliceLimits {
  readonly bytes: number;
  readonly lines: number;
  /** Slices that one message reads. */
  readonly slices: number;
  /** Most images of a job. */
  readonly images: number;
}

const defaultSliceLimits: SliceLimits = {
  bytes: 256 * 1024,
  lines: 1_000,
  slices: 10,
  images: 1_000_000,
};

/**
 * Reads on in a job's manifest where it was left, a slice at a time, and sends a message for each image it finds. Where it
 * stops, the database knows: rows first, then messages, then the new place, so that a try cut off anywhere is made again by the next
 * one, and images sent twice are still translated once.
 */
export function createManifestExpander({
  store,
  bucket,
  queue,
  limits = defaultSliceLimits,
}: {
  readonly store: JobStore;
  readonly bucket: PictureBucket;
  readonly queue: TranslationQueue;
  readonly limits?: SliceLimits | undefined;
}): (id: string) => Promise<void> {
  /** @returns whether there is more to read, and nobody else is reading it */
  async function expandSlice(job: JobRow): Promise<boolean> {
    const { id, manifest_key: key, manifest_offset: offset, manifest_images: images } = job;
    const length = Math.min(limits.bytes, job.manifest_bytes! - offset);
    const bytes = await readRange(key!, job.manifest_etag!, offset, length);
    if (bytes === undefined) {
      await store.fail(id, `Manifest ${key} was changed or removed while it was read; create the job anew.`);
      return false;
    }
    const reachesEnd = offset + length >= job.manifest_bytes!;
    const slice = readManifestLines(bytes, { isEnd: reachesEnd, mostLines: limits.lines });
    const nextOffset = offset + slice.bytes;
    const nextImages = images + slice.items.length;
    const isLast = nextOffset >= job.manifest_bytes!;
    const trouble =
      slice.bytes === 0 && length > 0
        ? `holds a line of more than ${limits.bytes} bytes after image ${images}; write one image a line`
        : nextImages > limits.images
          ? `holds more than ${limits.images} images; split it into several jobs`
          : isLast && nextImages === 0
            ? `holds no image; write one a line, as {"key": "uploads/…"}`
            : undefined;
    if (trouble !== undefined) {
      await store.fail(id, `Manifest ${key} ${trouble}.`);
      return false;
    }
    await store.addItems(id, images, slice.items);
    await sendMessages(
      queue,
      translateMessages(
        id,
        slice.items.map((_, index) => images + index),
      ),
    );
    const hasMoved = await store.advance(id, { offset, nextOffset, nextImages, isLast });
    return hasMoved && !isLast;
  }

  async function readRange(
    key: string,
    etag: string,
    offset: number,
    length: number,
  ): Promise<Uint8Array | undefined> {
    if (length === 0) return new Uint8Array(0);
    const object = await bucket.get(key, { range: { offset, length }, onlyIf: { etagMatches: etag } });
    if (object === null || !("body" in object)) return undefined;
    return new Uint8Array(await object.arrayBuffer());
  }

  return async (id) => {
    for (let slice = 0; slice < limits.slices; slice++) {
      const job = await store.get(id);
      if (job === null || job.manifest_key === null || job.total !== null || !isUnfinished(job)) return;
      if (!(await expandSlice(job))) return;
    }
    await sendMessages(queue, [{ type: "expand", job: id }]);
  };
}
