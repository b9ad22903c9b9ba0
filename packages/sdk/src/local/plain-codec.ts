import { crc32 } from "@unpaired/core/images";
import type { ImageCodec } from "./codec.ts";
import { LocalModelError } from "./local-model-error.ts";

/** For platforms without codecs of their own: writes PNG, and takes pixels only. */
export const plainCodec: ImageCodec = {
  async decode(image) {
    throw new LocalModelError(
      `nothing here decodes ${image.type || "an image"}; give ImageData or a codec, or install sharp under Node`,
      { code: "unsupported_platform" },
    );
  },
  async encode({ data, width, height }, { format }) {
    if (format !== "png") {
      throw new LocalModelError(
        `nothing here writes ${format}; ask for png, give a codec, or install sharp under Node`,
        { code: "unsupported_platform" },
      );
    }
    const header = new DataView(new ArrayBuffer(13));
    header.setUint32(0, width);
    header.setUint32(4, height);
    // 8 bits of red, green, blue and alpha.
    header.setUint16(8, 0x0806);
    const stride = width * 4;
    const rows = new Uint8Array((stride + 1) * height);
    for (let y = 0; y < height; y++) {
      rows.set(data.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
    }
    const parts = [
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
      chunk("IHDR", new Uint8Array(header.buffer)),
      chunk("IDAT", await deflate(rows)),
      chunk("IEND", new Uint8Array(0)),
    ];
    return new Blob(parts, { type: "image/png" });
  },
};

async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const compressed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(compressed).arrayBuffer());
}

/** A PNG chunk (ISO/IEC 15948, section 5.3): length, type, data, CRC of the two. */
function chunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let index = 0; index < 4; index++) bytes[4 + index] = type.charCodeAt(index);
  bytes.set(data, 8);
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)));
  return bytes;
}
