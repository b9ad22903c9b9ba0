import { elementBytes } from "../element-type.ts";
import type { Complain } from "../errors.ts";
import { PickleList, unpickle } from "../pickle/unpickle.ts";
import { TorchStorage } from "../torch-tensor.ts";
import { torchWorld } from "../torch-world.ts";
import type { Container } from "./container.ts";
import type { OpenFile } from "./open-file.ts";

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;
/** The pickles stand in front of the storages; those of the largest generators take 50 KB. */
const LARGEST_PICKLES_BYTES = 16 * 2 ** 20;

interface Run {
  readonly offset: number;
  readonly bytes: number;
}

/**
 * Opens the container `torch.save` wrote before PyTorch 1.6: five pickles (magic number, protocol, system, value, storage
 * keys), then the storages, each with its length in front.
 *
 * Source: PyTorch `torch/serialization.py`, `_legacy_save`.
 *
 * @throws PytorchFileError
 */
export async function openLegacyContainer(file: OpenFile, complain: Complain): Promise<Container> {
  const front = await file.read(0, Math.min(file.size, LARGEST_PICKLES_BYTES));
  const storages = new Map<string, TorchStorage>();
  const world = torchWorld(complain);
  let position = 0;
  const next = (): unknown => {
    const { value, length } = unpickle({
      bytes: front.subarray(position),
      complain,
      world: {
        ...world,
        persistent(id) {
          const storage = world.persistent(id);
          if (storage instanceof TorchStorage) remember(storages, storage, complain);
          return storage;
        },
      },
    });
    position += length;
    return value;
  };

  if (next() !== MAGIC || next() !== PROTOCOL) {
    throw complain("not_pytorch", "is a pickle, but not one that torch.save wrote.");
  }
  const system = next();
  if (system instanceof Map && system.get("little_endian") === false) {
    throw complain(
      "unsupported_pytorch_file",
      "was written on a big-endian machine; save it again on another.",
    );
  }
  const value = next();
  const keys = next();
  if (!(keys instanceof PickleList)) throw complain("damaged_pytorch_file", "lists no storages.");
  const runs = await locateRuns({ file, keys: keys.items, storages, position, complain });
  return {
    value,
    async readStorage(key) {
      const run = runs.get(key);
      if (!run) throw complain("damaged_pytorch_file", `lacks the storage "${key}" its table refers to.`);
      return file.read(run.offset, run.bytes);
    },
  };
}

/** All mentions of a storage must agree on its type and length. */
function remember(storages: Map<string, TorchStorage>, storage: TorchStorage, complain: Complain): void {
  const known = storages.get(storage.key);
  if (known && (known.element !== storage.element || known.runLength !== storage.runLength)) {
    throw complain("damaged_pytorch_file", `describes the storage "${storage.key}" in two ways.`);
  }
  storages.set(storage.key, storage);
}

async function locateRuns({
  file,
  keys,
  storages,
  position,
  complain,
}: {
  file: OpenFile;
  keys: readonly unknown[];
  storages: ReadonlyMap<string, TorchStorage>;
  position: number;
  complain: Complain;
}): Promise<Map<string, Run>> {
  const runs = new Map<string, Run>();
  let offset = position;
  for (const key of keys) {
    const storage = typeof key === "string" ? storages.get(key) : undefined;
    if (!storage || runs.has(storage.key)) {
      throw complain("damaged_pytorch_file", "lists a storage twice, or one that no tensor uses.");
    }
    const header = await file.read(offset, 8);
    const length = new DataView(header.buffer, header.byteOffset).getBigInt64(0, true);
    if (length !== BigInt(storage.runLength)) {
      throw complain(
        "damaged_pytorch_file",
        `holds ${length} elements in its storage "${storage.key}" instead of ${storage.runLength}.`,
      );
    }
    const bytes = storage.runLength * elementBytes[storage.element];
    if (offset + 8 + bytes > file.size) {
      throw complain("damaged_pytorch_file", `ends inside its storage "${storage.key}"; get a whole copy.`);
    }
    runs.set(storage.key, { offset: offset + 8, bytes });
    offset += 8 + bytes;
  }
  return runs;
}
