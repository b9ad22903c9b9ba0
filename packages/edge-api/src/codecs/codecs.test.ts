import sharp from "sharp";
import { expect, it } from "vitest";
import { readCodecModules } from "../../test/codec-modules.ts";
import { watchLiveMemory } from "../../test/live-memory.ts";
import { createCodecs } from "./codecs.ts";
import { inspectImage } from "./inspect-image.ts";

it("lets go of all it held, the first decoder's memory included", async () => {
  const codecs = createCodecs(await readCodecModules());
  const picture = sharp({ create: { width: 500, height: 400, channels: 3, background: "#888" } });
  const bytes = new Uint8Array(await picture.webp().toBuffer());
  const header = inspectImage(bytes, { imagePixels: 25_000_000, imageSide: 16_384 });
  const live = watchLiveMemory();
  try {
    const region = { left: 0, top: 0, width: 500, height: 400 };
    await codecs.decode(bytes, header, { region, width: 100, height: 80 });
    expect(codecs.heldBytes()).toBeGreaterThan(16_000_000);
    while (codecs.releaseOne());
    // A collection while a frame still names what it used would find it in use.
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(codecs.heldBytes()).toBe(0);
    expect(live.bytes()).toBeLessThan(2_000_000);
  } finally {
    live.restore();
  }
});
