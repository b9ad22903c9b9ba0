/**
 * The Kuwahara filter, which makes brush strokes of a photograph: every pixel becomes the mean of that one of the four
 * squares it is a corner of in which brightness varies least.
 *
 * Source: Kuwahara et al., Processing of RI-angiocardiographic images, 1976.
 *
 * @param pixels interleaved RGB, `width`·`height`·3 long
 * @param radius side of the squares less one, in pixels
 */
export function kuwahara(
  pixels: Uint8Array,
  { width, height, radius }: { readonly width: number; readonly height: number; readonly radius: number },
): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(pixels.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let least = Number.POSITIVE_INFINITY;
      for (const top of [y - radius, y]) {
        for (const left of [x - radius, x]) {
          const square = statisticsOf(pixels, { left, top, width, height, radius });
          if (square.variance >= least) continue;
          least = square.variance;
          result.set(square.mean, (y * width + x) * 3);
        }
      }
    }
  }
  return result;
}

/** Mean colour and variance of brightness of what of a square lies in the picture. */
function statisticsOf(
  pixels: Uint8Array,
  {
    left,
    top,
    width,
    height,
    radius,
  }: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
    readonly radius: number;
  },
): { readonly mean: readonly [number, number, number]; readonly variance: number } {
  let [red, green, blue, brightness, squares, count] = [0, 0, 0, 0, 0, 0];
  for (let y = Math.max(0, top); y <= Math.min(height - 1, top + radius); y++) {
    for (let x = Math.max(0, left); x <= Math.min(width - 1, left + radius); x++) {
      const at = (y * width + x) * 3;
      const [r, g, b] = [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!];
      red += r;
      green += g;
      blue += b;
      brightness += r + g + b;
      squares += (r + g + b) ** 2;
      count++;
    }
  }
  return {
    mean: [Math.round(red / count), Math.round(green / count), Math.round(blue / count)],
    variance: squares / count - (brightness / count) ** 2,
  };
}
