import { z } from "zod";

const side = z.int().min(16).max(2048);
const channels = z.union([z.literal(1), z.literal(3)]).default(3);

/** Where a run's pictures are and what becomes of them before the networks see them. */
export const dataConfigSchema = z
  .strictObject({
    /** Shown in manifests. */
    name: z.string().min(1).max(100),
    /** `aligned`: pairs, from one folder of A|B side by side or from two folders with the same file names. */
    mode: z.enum(["unaligned", "aligned"]).default("unaligned"),
    directoryA: z.string().min(1).optional(),
    directoryB: z.string().min(1).optional(),
    /** Folder of side-by-side pairs; aligned only. */
    directory: z.string().min(1).optional(),
    preprocess: z
      .enum(["resize_and_crop", "crop", "scale_width", "scale_width_and_crop", "none"])
      .default("resize_and_crop"),
    /** Side in pixels images are resized to before the crop. */
    loadSizePixels: side.default(286),
    cropSizePixels: side.default(256),
    flip: z.boolean().default(true),
    batchSize: z.int().min(1).max(64).default(1),
    /** `random` draws B anew each time, `serial` takes it in A's order; unaligned only. */
    orderB: z.enum(["random", "serial"]).default("random"),
    /** 1 reads a domain as greyscale. */
    channelsA: channels,
    channelsB: channels,
    /** Uses at most this many pictures of each domain. */
    maxImages: z.int().min(2).optional(),
  })
  .superRefine((data, context) => {
    const refuse = (name: keyof typeof data, message: string) =>
      context.addIssue({ code: "custom", path: [name], message });
    const { mode, preprocess, directory, directoryA, directoryB } = data;
    const both = directoryA !== undefined && directoryB !== undefined;
    if (mode === "unaligned" && directory !== undefined) {
      refuse("directory", "unaligned data lies in directoryA and directoryB");
    } else if (mode === "unaligned" && !both) {
      refuse(directoryA === undefined ? "directoryA" : "directoryB", "name a folder of pictures");
    } else if (mode === "aligned" && both === (directory !== undefined)) {
      refuse("directory", "name either a folder of side-by-side pairs, or directoryA and directoryB");
    }
    if (/^(resize|scale)/.test(preprocess) && data.cropSizePixels > data.loadSizePixels) {
      refuse(
        "cropSizePixels",
        `it is ${data.cropSizePixels}, larger than data.loadSizePixels (${data.loadSizePixels}); crop at most what is loaded`,
      );
    }
    if (/^(none|scale_width)$/.test(preprocess) && data.batchSize > 1) {
      refuse("batchSize", `pictures of many shapes (preprocess ${preprocess}) need batchSize 1`);
    }
  });
