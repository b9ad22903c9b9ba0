import { type KernelSizes, WINOGRAD_PACKING_ROOM_BYTES } from "../../runtime/kernels.ts";

/** Bytes that a kernel call may touch, and how. */
export interface Region {
  /**
   * What lies there: the n-th tensor read, the tensor written, bounds on either, packed or unpacked weights, or room to
   * compute in.
   */
  readonly role:
    | "input 0"
    | "input 1"
    | "input range"
    | "output"
    | "output range"
    | "packed"
    | "filter"
    | "bias"
    | "scratch";
  readonly address: number;
  readonly bytes: number;
  readonly reads: boolean;
  readonly writes: boolean;
}

/** Two floats: bounds on magnitudes and on a pixel's sum of squares. */
const RANGE_BYTES = 8;

type Tuple<Length, Found extends number[] = []> = Found["length"] extends Length
  ? Found
  : Tuple<Length, [...Found, number]>;
/** As many arguments as any kernel takes. */
type Arguments = Readonly<Tuple<20>>;
type Describe = (args: Arguments, sizes: KernelSizes) => Region[];

const read = (role: Region["role"], address: number, bytes: number): Region => ({
  role,
  address,
  bytes,
  reads: true,
  writes: false,
});
const work = (role: Region["role"], address: number, bytes: number): Region => ({
  role,
  address,
  bytes,
  reads: true,
  writes: true,
});
const floats = (...sides: number[]) => 4 * sides.reduce((product, side) => product * side, 1);
/** An address that is 0 where there is nothing. */
const optional = (region: Region) => (region.address === 0 ? [] : [region]);

/** The regions of `conv2d` and of kernels with the same arguments. */
function convolution(
  [input, batch, h, w, c, packed, , , , , , , output, toH, toW, toC, , , scratch]: Arguments,
  packedBytes: number,
  scratchBytes: number,
): Region[] {
  return [
    read("input 0", input, floats(batch, h, w, c)),
    read("packed", packed, packedBytes),
    work("output", output, floats(batch, toH, toW, toC)),
    work("scratch", scratch, scratchBytes),
  ];
}

/** The regions of `transposedConv2d` and of kernels with the same arguments. */
function transposed(
  [input, batch, h, w, c, packed, , , , , , output, toH, toW, toC, , , scratch]: Arguments,
  packedBytes: number,
  scratchBytes: number,
): Region[] {
  return [
    read("input 0", input, floats(batch, h, w, c)),
    read("packed", packed, packedBytes),
    work("output", output, floats(batch, toH, toW, toC)),
    work("scratch", scratch, scratchBytes),
  ];
}

/** The regions of `depthwiseConv2d` and of kernels with the same arguments. */
function depthwise(
  [input, batch, h, w, c, packed, kh, kw, , , , , output, toH, toW, , , scratch]: Arguments,
  sizes: KernelSizes,
  scratchBytes: number,
): Region[] {
  return [
    read("input 0", input, floats(batch, h, w, c)),
    read("packed", packed, sizes.packedDepthwiseConv2dBytes(kh, kw, c)),
    work("output", output, floats(batch, toH, toW, c)),
    work("scratch", scratch, scratchBytes),
  ];
}

/** The regions of `instanceNorm`, with which the arguments of its integer kin begin. */
function normalization([input, batch, pixels, c, , , , residual, mean, rstd, output]: Arguments): Region[] {
  return [
    read("input 0", input, floats(batch, pixels, c)),
    ...optional(read("input 1", residual, floats(batch, pixels, c))),
    work("output", output, floats(batch, pixels, c)),
    work("scratch", mean, floats(batch, c)),
    work("scratch", rstd, floats(batch, c)),
  ];
}

/** The regions of packing a filter of `length` weights and `channels` biases. */
function packing(
  [filter, bias]: Arguments,
  { length, channels, packed, packedBytes }: Record<"length" | "channels" | "packed" | "packedBytes", number>,
): Region[] {
  return [
    read("filter", filter, floats(length)),
    ...optional(read("bias", bias, floats(channels))),
    work("packed", packed, packedBytes),
  ];
}

/** What each kernel touches, from its arguments alone, as `assembly/README.md` promises; written down apart from the planner. */
const REGIONS: Readonly<Record<string, Describe>> = {
  conv2d: (args, sizes) => {
    const [, , , , c, , kh, kw, stride, , , , , toH, toW, toC] = args;
    const scratch = sizes.conv2dScratchBytes(kh, kw, c, stride, toH, toW);
    return convolution(args, sizes.packedConv2dBytes(kh, kw, c, toC), scratch);
  },
  integerConv2d: (args, sizes) => {
    const [, , , , c, , kh, kw, stride, , , , , toH, toW, toC] = args;
    const scratch = sizes.integerConv2dScratchBytes(kh, kw, c, stride, toH, toW);
    const packed = sizes.packedIntegerConv2dBytes(kh, kw, c, toC);
    return [...convolution(args, packed, scratch), ...optional(read("input range", args[19], RANGE_BYTES))];
  },
  winogradConv2d: (args, sizes) => {
    const [, , , , c, , kh, kw, stride, , , , , toH, toW, toC] = args;
    if (kh !== 3 || kw !== 3 || stride !== 1 || c % 8 !== 0 || toC % 8 !== 0) {
      throw new Error(`winogradConv2d(${args.join(", ")}) is no 3×3 convolution of eights of channels.`);
    }
    const scratch = sizes.winogradConv2dScratchBytes(c, toC, toH, toW);
    return convolution(args, sizes.packedWinogradConv2dBytes(c, toC), scratch);
  },
  depthwiseConv2d: (args, sizes) => {
    const [, , , , c, , kh, kw, stride, , , , , toH, toW] = args;
    return depthwise(args, sizes, sizes.conv2dScratchBytes(kh, kw, c, stride, toH, toW));
  },
  depthwise3x3: (args, sizes) => {
    const [, , , , c, , kh, kw, stride] = args;
    if (kh !== 3 || kw !== 3 || stride !== 1 || c % 4 !== 0) {
      throw new Error(`depthwise3x3(${args.join(", ")}) is no 3×3 convolution of fours of channels.`);
    }
    return depthwise(args, sizes, sizes.depthwise3x3ScratchBytes(c));
  },
  transposedConv2d: (args, sizes) => {
    const [, , , , c, , kh, kw, stride, , , , , , toC] = args;
    const scratch = sizes.transposedConv2dScratchBytes(kh, kw, c);
    return transposed(args, sizes.packedTransposedConv2dBytes(kh, kw, c, toC, stride), scratch);
  },
  integerTransposedConv2d: (args, sizes) => {
    const [, , , , c, , kh, kw, stride, top, left, , toH, toW, toC] = args;
    const scratch = sizes.integerTransposedConv2dScratchBytes(kh, kw, c, stride, top, left, toH, toW);
    const packed = sizes.packedIntegerTransposedConv2dBytes(kh, kw, c, toC, stride);
    return [...transposed(args, packed, scratch), ...optional(read("input range", args[18], RANGE_BYTES))];
  },
  instanceNorm: normalization,
  integerInstanceNorm: (args) => [
    ...normalization(args),
    ...optional(work("output range", args[11], RANGE_BYTES)),
  ],
  activate: ([input, output, count]) => [
    read("input 0", input, floats(count)),
    work("output", output, floats(count)),
  ],
  add: ([a, b, output, count]) => [
    read("input 0", a, floats(count)),
    read("input 1", b, floats(count)),
    work("output", output, floats(count)),
  ],
  mirrorPad: ([input, batch, h, w, c, top, bottom, left, right, output]) => [
    read("input 0", input, floats(batch, h, w, c)),
    work("output", output, floats(batch, h + top + bottom, w + left + right, c)),
  ],
  resizeNearest: ([input, batch, h, w, c, output, toH, toW]) => [
    read("input 0", input, floats(batch, h, w, c)),
    work("output", output, floats(batch, toH, toW, c)),
  ],
  concatChannels: ([a, channelsA, b, channelsB, pixels, output]) => [
    read("input 0", a, floats(pixels, channelsA)),
    read("input 1", b, floats(pixels, channelsB)),
    work("output", output, floats(pixels, channelsA + channelsB)),
  ],
  packConv2d: (args, sizes) => {
    const [, , kh, kw, c, channels, packed] = args;
    const packedBytes = sizes.packedConv2dBytes(kh, kw, c, channels);
    return packing(args, { length: kh * kw * c * channels, channels, packed, packedBytes });
  },
  packIntegerConv2d: (args, sizes) => {
    const [, , kh, kw, c, channels, packed] = args;
    const packedBytes = sizes.packedIntegerConv2dBytes(kh, kw, c, channels);
    return packing(args, { length: kh * kw * c * channels, channels, packed, packedBytes });
  },
  packWinogradConv2d: (args, sizes) => {
    const [, , c, channels, packed, room] = args;
    const packedBytes = sizes.packedWinogradConv2dBytes(c, channels);
    return [
      ...packing(args, { length: 9 * c * channels, channels, packed, packedBytes }),
      work("scratch", room, WINOGRAD_PACKING_ROOM_BYTES),
    ];
  },
  packDepthwiseConv2d: (args, sizes) => {
    const [, , kh, kw, channels, packed] = args;
    const packedBytes = sizes.packedDepthwiseConv2dBytes(kh, kw, channels);
    return packing(args, { length: kh * kw * channels, channels, packed, packedBytes });
  },
  packTransposedConv2d: (args, sizes) => {
    const [, , kh, kw, c, channels, stride, , , packed] = args;
    const packedBytes = sizes.packedTransposedConv2dBytes(kh, kw, c, channels, stride);
    return packing(args, { length: kh * kw * c * channels, channels, packed, packedBytes });
  },
  packIntegerTransposedConv2d: (args, sizes) => {
    const [, , kh, kw, c, channels, stride, , , packed] = args;
    const packedBytes = sizes.packedIntegerTransposedConv2dBytes(kh, kw, c, channels, stride);
    return packing(args, { length: kh * kw * c * channels, channels, packed, packedBytes });
  },
};

/**
 * What a kernel called with these arguments may touch.
 *
 * @throws Error for a kernel that is not written down here
 */
export function regionsOf(kernel: string, args: readonly number[], sizes: KernelSizes): Region[] {
  const describe = Object.hasOwn(REGIONS, kernel) ? REGIONS[kernel] : undefined;
  if (!describe) throw new Error(`Write down what the kernel ${kernel} may touch, in src/testing/guard.`);
  return describe(args as Arguments, sizes);
}
