import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { runProgram } from "../program.ts";
import { cut, type Slices } from "./slices.ts";

/** A matrix product whose factors are read, and whose result is written, by WGSL functions. */
export interface TiledProduct {
  readonly key: string;
  /**
   * `fn loadLeft(row : i32, k : i32) -> vec4<f32>` of rows `row … row + 3`,
   * `fn loadRight(k : i32, column : i32) -> vec4<f32>` of columns `column … column + 3`, zero outside of the matrices, and
   * `fn store(row : i32, column : i32, values : vec4<f32>)` of one row, both called with any row and column of a tile.
   * They find the product's number and slice in `product` and `slice`.
   */
  readonly source: string;
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly wide?: readonly string[];
  readonly integers: Readonly<Record<string, number>>;
  readonly rows: number;
  readonly columns: number;
  /** Length of the sums. */
  readonly depth: number;
  /** Products of equal shape that are computed at once. */
  readonly products: number;
  /** Which of loadLeft's arguments neighbouring threads should differ in, to read neighbouring addresses. */
  readonly leftAlong: "row" | "k";
  /** Shape of one slice's result. */
  readonly outputShape: readonly number[];
}

/** Part of the result that one workgroup computes, 4 × 4 elements to a thread, `depth` terms of the sum at a time. */
interface Tile {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
}

/** Narrow results get tall tiles; all fit into the 16 KiB of shared memory that every device has. */
function chooseTile(columns: number): Tile {
  if (columns > 32) return { rows: 64, columns: 64, depth: 16 };
  if (columns > 16) return { rows: 64, columns: 32, depth: 16 };
  if (columns > 4) return { rows: 128, columns: 16, depth: 16 };
  return { rows: 256, columns: 4, depth: 8 };
}

/** Sums shorter than this stay in one piece. */
const SHORTEST_SLICE = 128;

/**
 * Computes a product; the result is `[slices, …outputShape]`, to be summed over its slices. Deterministic: no atomics, and
 * the slices depend on the shapes alone.
 */
export function tiledProduct(
  backend: WebGPUBackend,
  product: TiledProduct,
): { readonly parts: tf.TensorInfo; readonly slices: number } {
  const { rows, columns, depth, products } = product;
  const tile = chooseTile(columns);
  const rowTiles = Math.ceil(rows / tile.rows);
  const columnTiles = Math.ceil(columns / tile.columns);
  const slices: Slices = cut(depth, rowTiles * columnTiles * products, tile.depth, SHORTEST_SLICE);
  const parts = runProgram(backend, {
    key: `tiledProduct ${product.key} ${tile.rows}x${tile.columns}x${tile.depth} ${product.leftAlong} ${product.wide}`,
    source: tiledSource(product, tile),
    inputs: product.inputs,
    ...(product.wide && { wide: product.wide }),
    outputShape: slices.count === 1 ? product.outputShape : [slices.count, ...product.outputShape],
    integers: { ...product.integers, slices: slices.count, sliceDepth: slices.length },
    threads: (tile.rows / 4) * (tile.columns / 4),
    groups: [rowTiles, columnTiles, products * slices.count],
  });
  return { parts, slices: slices.count };
}

function tiledSource({ source, leftAlong }: TiledProduct, { rows, columns, depth }: Tile): string {
  const quads = { rows: rows / 4, columns: columns / 4 };
  // One quad more than needed puts neighbouring k into different banks of shared memory.
  const leftStride = quads.rows + 1;
  const split = (along: string) =>
    along === "row"
      ? { k: `i / ${quads.rows}`, quad: `i % ${quads.rows}` }
      : { k: `i % ${depth}`, quad: `i / ${depth}` };
  const left = split(leftAlong);
  return `
var<private> product : i32;
var<private> slice : i32;
var<workgroup> leftTile : array<vec4<f32>, ${leftStride * depth}>;
var<workgroup> rightTile : array<vec4<f32>, ${quads.columns * depth}>;

${source}

fn main() {
  let z = i32(workgroupId.z);
  product = z / uniforms.slices;
  slice = z % uniforms.slices;
  let begin = slice * uniforms.sliceDepth;
  let row = i32(workgroupId.x) * ${rows};
  let column = i32(workgroupId.y) * ${columns};
  let thread = i32(localIndex);
  let threadRow = thread / ${quads.columns};
  let threadColumn = thread % ${quads.columns};
  var sum0 = vec4<f32>(0.0);
  var sum1 = vec4<f32>(0.0);
  var sum2 = vec4<f32>(0.0);
  var sum3 = vec4<f32>(0.0);
  // The length of every slice is a multiple of the tile's depth, and the same for all, as barriers need it to be.
  for (var offset = 0; offset < uniforms.sliceDepth; offset += ${depth}) {
    let base = begin + offset;
    for (var i = thread; i < ${quads.rows * depth}; i += ${quads.rows * quads.columns}) {
      let k = ${left.k};
      let quad = ${left.quad};
      leftTile[k * ${leftStride} + quad] = loadLeft(row + 4 * quad, base + k);
    }
    for (var i = thread; i < ${quads.columns * depth}; i += ${quads.rows * quads.columns}) {
      let k = i / ${quads.columns};
      let quad = i % ${quads.columns};
      rightTile[i] = loadRight(base + k, column + 4 * quad);
    }
    workgroupBarrier();
    for (var k = 0; k < ${depth}; k++) {
      let a = leftTile[k * ${leftStride} + threadRow];
      let b = rightTile[k * ${quads.columns} + threadColumn];
      sum0 += a.x * b;
      sum1 += a.y * b;
      sum2 += a.z * b;
      sum3 += a.w * b;
    }
    workgroupBarrier();
  }
  let outRow = row + 4 * threadRow;
  let outColumn = column + 4 * threadColumn;
  store(outRow, outColumn, sum0);
  store(outRow + 1, outColumn, sum1);
  store(outRow + 2, outColumn, sum2);
  store(outRow + 3, outColumn, sum3);
}
`;
}
