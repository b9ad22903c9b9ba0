import { type ElementType, elementBytes, floatReader } from "./element-type.ts";
import type { Complain } from "./errors.ts";
import { gather } from "./gather.ts";

/** A class such as `torch.FloatStorage`. */
export class StorageType {
  readonly element: ElementType;

  constructor(element: ElementType) {
    this.element = element;
  }
}

/** A run of elements in the file, or a view into one (legacy files only). */
export class TorchStorage {
  readonly element: ElementType;
  /** Key of the stored run. */
  readonly key: string;
  /** First element of the view in the run. */
  readonly offset: number;
  /** Elements of the view. */
  readonly length: number;
  /** Elements of the whole run. */
  readonly runLength: number;

  constructor(init: {
    element: ElementType;
    key: string;
    runLength: number;
    view?: { offset: number; length: number };
  }) {
    const { element, key, runLength, view = { offset: 0, length: runLength } } = init;
    this.element = element;
    this.key = key;
    this.runLength = runLength;
    this.offset = view.offset;
    this.length = view.length;
  }
}

/** A tensor as its file describes it: a strided window on a storage, every element of which lies inside. */
export class TorchTensor {
  readonly storage: TorchStorage;
  /** First element, counted in the storage. */
  readonly offset: number;
  readonly shape: readonly number[];
  /** Steps in elements. */
  readonly strides: readonly number[];

  constructor(init: {
    storage: TorchStorage;
    offset: number;
    shape: readonly number[];
    strides: readonly number[];
  }) {
    this.storage = init.storage;
    this.offset = init.offset;
    this.shape = init.shape;
    this.strides = init.strides;
  }

  get length(): number {
    return this.shape.reduce((product, side) => product * side, 1);
  }
}

const MOST_AXES = 8;

/**
 * A tensor from what a pickle says of it.
 *
 * @throws PytorchFileError `damaged_pytorch_file` when any element would lie outside the storage
 */
export function describeTensor(
  [storage, offset, shape, strides]: readonly unknown[],
  complain: Complain,
): TorchTensor {
  const damaged = (what: string) => complain("damaged_pytorch_file", `describes a tensor wrongly: ${what}.`);
  if (!(storage instanceof TorchStorage)) throw damaged("it has no storage");
  if (!isSize(offset) || !isSizes(shape) || !isSizes(strides) || shape.length !== strides.length) {
    throw damaged("its offset, sizes and strides are not whole numbers of the same rank");
  }
  const length = shape.reduce((product, side) => product * side, 1);
  const last = offset + shape.reduce((sum, side, axis) => sum + (side - 1) * strides[axis]!, 0);
  if (length > 0 && !(last < storage.length)) {
    throw damaged(
      `with offset ${offset}, sizes [${shape}] and strides [${strides}] it reaches outside its storage of ${storage.length} elements`,
    );
  }
  // An expanded tensor (stride 0) would let a few bytes claim any amount of memory; no weight is one.
  if (length > storage.length)
    throw damaged(`it has more elements ([${shape}]) than its storage (${storage.length})`);
  return new TorchTensor({ storage, offset, shape: [...shape], strides: [...strides] });
}

/**
 * Copies a tensor's elements, its axes in the order given, into contiguous float32.
 *
 * @param run bytes of the whole stored run, little-endian
 * @param order old axes in their new order; as they are when left out
 * @returns undefined when the elements are not floating-point numbers
 */
export function copyElements(
  tensor: TorchTensor,
  run: Uint8Array,
  order: readonly number[] = tensor.shape.map((_, axis) => axis),
): Float32Array | undefined {
  const { element, offset: viewOffset } = tensor.storage;
  const read = floatReader(element, new DataView(run.buffer, run.byteOffset, run.byteLength));
  if (!read) return undefined;
  const bytes = elementBytes[element];
  return gather(
    {
      length: tensor.length,
      shape: order.map((axis) => tensor.shape[axis]!),
      offset: (viewOffset + tensor.offset) * bytes,
      steps: order.map((axis) => tensor.strides[axis]! * bytes),
    },
    read,
  );
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= MOST_AXES && value.every(isSize);
}
