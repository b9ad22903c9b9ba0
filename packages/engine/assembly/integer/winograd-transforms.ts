/*
 * Winograd's F(4x4, 3x3): 16 outputs of a 3×3 convolution from 36 products instead of 144, y = Aᵀ[(G g Gᵀ) ∘ (Bᵀ d B)]A.
 * The points are 0, ±2/3, ±4/3 and infinity: next to the usual 0, ±1, ±2 they lose a quarter as much to rounding.
 *
 * Source: Lavin & Gray 2016, "Fast Algorithms for Convolutional Neural Networks"; points as in Alam et al. 2022,
 * "Winograd Convolution for Deep Neural Networks: Efficient Point Selection".
 */

/** First point. */
const A: f32 = 2.0 / 3.0;
/** Second point. */
const B: f32 = 4.0 / 3.0;
const A2: f32 = 4.0 / 9.0;
const B2: f32 = 16.0 / 9.0;
const A3: f32 = 8.0 / 27.0;
const B3: f32 = 64.0 / 27.0;
const A2_B2: f32 = 64.0 / 81.0;
const SUM2: f32 = 20.0 / 9.0;
/** 1 / (A²B²). */
const G0: f32 = 81.0 / 64.0;
/** 1 / (2A²(A² - B²)). */
const GA: f32 = -27.0 / 32.0;
/** 1 / (2B²(B² - A²)). */
const GB: f32 = 27.0 / 128.0;

/** Bᵀ applied to six vectors `from` + k·`fromStep` less `center`, written to `to` + k·`toStep`. */
function transformInputLine(from: usize, fromStep: usize, to: usize, toStep: usize, center: v128): void {
  const d1 = f32x4.sub(v128.load(from + fromStep), center);
  const d2 = f32x4.sub(v128.load(from + 2 * fromStep), center);
  const d3 = f32x4.sub(v128.load(from + 3 * fromStep), center);
  const d4 = f32x4.sub(v128.load(from + 4 * fromStep), center);
  const ends = f32x4.splat(A2_B2);
  const sums = f32x4.splat(SUM2);
  const d0 = f32x4.sub(v128.load(from), center);
  v128.store(to, f32x4.add(f32x4.sub(f32x4.mul(d0, ends), f32x4.mul(d2, sums)), d4));
  let even = f32x4.sub(d4, f32x4.mul(d2, f32x4.splat(B2)));
  let odd = f32x4.mul(f32x4.sub(d3, f32x4.mul(d1, f32x4.splat(B2))), f32x4.splat(A));
  v128.store(to + toStep, f32x4.add(even, odd));
  v128.store(to + 2 * toStep, f32x4.sub(even, odd));
  even = f32x4.sub(d4, f32x4.mul(d2, f32x4.splat(A2)));
  odd = f32x4.mul(f32x4.sub(d3, f32x4.mul(d1, f32x4.splat(A2))), f32x4.splat(B));
  v128.store(to + 3 * toStep, f32x4.add(even, odd));
  v128.store(to + 4 * toStep, f32x4.sub(even, odd));
  const d5 = f32x4.sub(v128.load(from + 5 * fromStep), center);
  v128.store(to + 5 * toStep, f32x4.add(f32x4.sub(f32x4.mul(d1, ends), f32x4.mul(d3, sums)), d5));
}

/**
 * Transforms four channels of a tile of 6×6 pixels, `rowBytes` and `pixelBytes` apart, less `center`, into 36 vectors
 * `positionBytes` apart.
 * `lines` is room for 36 vectors.
 */
export function transformInput(
  tile: usize,
  rowBytes: usize,
  pixelBytes: usize,
  center: v128,
  transformed: usize,
  positionBytes: usize,
  lines: usize,
): void {
  for (let x: usize = 0; x < 6; x++)
    inline.always(transformInputLine(tile + x * pixelBytes, rowBytes, lines + (x << 4), 96, center));
  for (let y: usize = 0; y < 6; y++)
    inline.always(
      transformInputLine(
        lines + y * 96,
        16,
        transformed + 6 * y * positionBytes,
        positionBytes,
        f32x4.splat(0),
      ),
    );
}

/** Aᵀ applied to six vectors `from` + k·`fromStep`, four results written to `to` + k·`toStep`. */
function transformOutputLine(from: usize, fromStep: usize, to: usize, toStep: usize, bias: v128): void {
  const m0 = v128.load(from);
  const m1 = v128.load(from + fromStep);
  const m2 = v128.load(from + 2 * fromStep);
  const m3 = v128.load(from + 3 * fromStep);
  const m4 = v128.load(from + 4 * fromStep);
  const m5 = v128.load(from + 5 * fromStep);
  const sumA = f32x4.add(m1, m2);
  const differenceA = f32x4.sub(m1, m2);
  const sumB = f32x4.add(m3, m4);
  const differenceB = f32x4.sub(m3, m4);
  v128.store(to, f32x4.add(f32x4.add(m0, bias), f32x4.add(sumA, sumB)));
  v128.store(
    to + toStep,
    f32x4.add(
      f32x4.add(f32x4.mul(differenceA, f32x4.splat(A)), f32x4.mul(differenceB, f32x4.splat(B))),
      bias,
    ),
  );
  v128.store(
    to + 2 * toStep,
    f32x4.add(f32x4.add(f32x4.mul(sumA, f32x4.splat(A2)), f32x4.mul(sumB, f32x4.splat(B2))), bias),
  );
  v128.store(
    to + 3 * toStep,
    f32x4.add(
      f32x4.add(f32x4.mul(differenceA, f32x4.splat(A3)), f32x4.mul(differenceB, f32x4.splat(B3))),
      f32x4.add(m5, bias),
    ),
  );
}

/**
 * Transforms four channels of 36 products, `positionBytes` apart, into 4×4 outputs with their bias, `rowBytes` and
 * `pixelBytes` apart. `lines` is room for 24 vectors.
 */
export function transformOutput(
  products: usize,
  positionBytes: usize,
  bias: v128,
  tile: usize,
  rowBytes: usize,
  pixelBytes: usize,
  lines: usize,
): void {
  const none = f32x4.splat(0);
  for (let x: usize = 0; x < 6; x++)
    inline.always(
      transformOutputLine(products + x * positionBytes, 6 * positionBytes, lines + (x << 4), 96, none),
    );
  for (let y: usize = 0; y < 4; y++)
    inline.always(transformOutputLine(lines + y * 96, 16, tile + y * rowBytes, pixelBytes, bias));
}

/** G applied to three vectors `from` + k·`fromStep`, six results written to `to` + k·`toStep`. */
function transformFilterLine(from: usize, fromStep: usize, to: usize, toStep: usize): void {
  const g0 = v128.load(from);
  const g1 = v128.load(from + fromStep);
  const g2 = v128.load(from + 2 * fromStep);
  v128.store(to, f32x4.mul(g0, f32x4.splat(G0)));
  let even = f32x4.mul(f32x4.add(g0, f32x4.mul(g2, f32x4.splat(A2))), f32x4.splat(GA));
  let odd = f32x4.mul(g1, f32x4.splat(A * GA));
  v128.store(to + toStep, f32x4.add(even, odd));
  v128.store(to + 2 * toStep, f32x4.sub(even, odd));
  even = f32x4.mul(f32x4.add(g0, f32x4.mul(g2, f32x4.splat(B2))), f32x4.splat(GB));
  odd = f32x4.mul(g1, f32x4.splat(B * GB));
  v128.store(to + 3 * toStep, f32x4.add(even, odd));
  v128.store(to + 4 * toStep, f32x4.sub(even, odd));
  v128.store(to + 5 * toStep, g2);
}

/**
 * Transforms four channels of a 3×3 filter, nine vectors at `filter`, into 36 vectors `positionBytes` apart.
 * `lines` is room for 18 vectors.
 */
export function transformFilter(filter: usize, transformed: usize, positionBytes: usize, lines: usize): void {
  for (let x: usize = 0; x < 3; x++)
    inline.always(transformFilterLine(filter + (x << 4), 48, lines + (x << 4), 48));
  for (let y: usize = 0; y < 6; y++)
    inline.always(
      transformFilterLine(lines + y * 48, 16, transformed + 6 * y * positionBytes, positionBytes),
    );
}
