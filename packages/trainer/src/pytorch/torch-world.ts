import type { ElementType } from "./element-type.ts";
import type { Complain } from "./errors.ts";
import { PickleList, type PickleWorld } from "./pickle/unpickle.ts";
import { describeTensor, StorageType, TorchStorage, TorchTensor } from "./torch-tensor.ts";

const storageTypes: Readonly<Record<string, ElementType>> = {
  DoubleStorage: "float64",
  FloatStorage: "float32",
  HalfStorage: "float16",
  BFloat16Storage: "bfloat16",
  LongStorage: "int64",
  IntStorage: "int32",
  ShortStorage: "int16",
  CharStorage: "int8",
  ByteStorage: "uint8",
  BoolStorage: "bool",
};

type Callable = "ordered dict" | "tensor" | "parameter";

const callables = new Map<string, Callable>([
  ["collections.OrderedDict", "ordered dict"],
  ["torch._utils._rebuild_tensor", "tensor"],
  ["torch._utils._rebuild_tensor_v2", "tensor"],
  ["torch._utils._rebuild_parameter", "parameter"],
]);

/** Largest number of elements believed before the file is looked at: 2^40. */
const MOST_ELEMENTS = 2 ** 40;

/**
 * The names a state dict may use, and what they stand for here: descriptions of storages and tensors, never code.
 *
 * Source: PyTorch `torch/serialization.py` (`persistent_id`) and `torch/_utils.py`.
 */
export function torchWorld(complain: Complain): PickleWorld {
  const damaged = (what: string) =>
    complain("damaged_pytorch_file", `has a table of tensors that does not hold together: ${what}.`);
  return {
    global(module, name) {
      const callable = callables.get(`${module}.${name}`);
      if (callable) return callable satisfies Callable;
      const isStorageModule = module === "torch" || module === "torch.cuda" || module === "torch.storage";
      const element = isStorageModule && Object.hasOwn(storageTypes, name) ? storageTypes[name] : undefined;
      if (element) return new StorageType(element);
      throw complain(
        "forbidden_pickle",
        `holds a Python object of ${printable(`${module}.${name}`)}, which is not loaded; save the network's state_dict() alone with torch.save.`,
      );
    },
    call(callable, args, spend) {
      switch (callable) {
        case "ordered dict":
          return orderedDict(args, spend, damaged);
        case "tensor":
          return describeTensor(args, complain);
        case "parameter":
          if (!(args[0] instanceof TorchTensor)) throw damaged("a parameter has no tensor");
          return args[0];
        default:
          throw damaged("something is called that is no function");
      }
    },
    persistent: (id) => storage(id, damaged),
  };
}

/** Python 3 starts from an empty one; Python 2 hands over a list of pairs. */
function orderedDict(
  args: readonly unknown[],
  spend: (work: number) => void,
  damaged: (what: string) => Error,
): Map<unknown, unknown> {
  const dict = new Map<unknown, unknown>();
  if (args.length === 0) return dict;
  const pairs = args[0];
  if (args.length > 1 || !(pairs instanceof PickleList)) throw damaged("an ordered dict is made of no pairs");
  spend(pairs.items.length);
  for (const pair of pairs.items) {
    const items = pair instanceof PickleList ? pair.items : pair;
    if (!Array.isArray(items) || items.length !== 2) throw damaged("an ordered dict is made of no pairs");
    dict.set(items[0], items[1]);
  }
  return dict;
}

/** `("storage", type, key, location, elements[, view])`; a view is `(key, offset, elements)` or None. */
function storage(id: unknown, damaged: (what: string) => Error): TorchStorage {
  if (!Array.isArray(id) || id[0] !== "storage" || id.length < 5 || id.length > 6)
    throw damaged("a storage has no description");
  const [, type, key, , runLength, view] = id as unknown[];
  if (!(type instanceof StorageType) || typeof key !== "string")
    throw damaged("a storage has no type or name");
  if (!isCount(runLength)) throw damaged("a storage has no size");
  if (view === undefined || view === null) return new TorchStorage({ element: type.element, key, runLength });
  if (!Array.isArray(view) || view.length !== 3) throw damaged("a view of a storage has no description");
  const [, offset, length] = view as unknown[];
  if (!isCount(offset) || !isCount(length) || offset + length > runLength) {
    throw damaged("a view reaches outside its storage");
  }
  return new TorchStorage({ element: type.element, key, runLength, view: { offset, length } });
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= MOST_ELEMENTS;
}

/** A name from the file, safe to print and of bearable length. */
function printable(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, "?").slice(0, 100);
}
