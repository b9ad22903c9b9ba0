import { basename } from "node:path";
import type { Container } from "./container/container.ts";
import { openLegacyContainer } from "./container/legacy-container.ts";
import { type OpenFile, openFile } from "./container/open-file.ts";
import { openZipContainer, zipSignature } from "./container/zip-container.ts";
import { elementBytes } from "./element-type.ts";
import { type Complain, complainAbout } from "./errors.ts";
import { copyElements, TorchTensor } from "./torch-tensor.ts";

/** A network's tensors in a file, by the names PyTorch gave them. */
export interface StateDict {
  /** Name of the file, for messages. */
  readonly source: string;
  readonly tensors: ReadonlyMap<string, TorchTensor>;
  /**
   * A tensor's values as contiguous float32.
   *
   * @param order old axes in their new order; as they are when left out
   * @throws PytorchFileError when its bytes are not there or are no floating-point numbers
   */
  read(name: string, order?: readonly number[]): Promise<Float32Array>;
}

/** Entries under which checkpoints keep a network's state dict beside other things. */
const wrappers = ["state_dict", "model", "net", "generator", "netG", "params", "params_ema"];
const PICKLE_PROTOCOL = 0x80;

/**
 * Reads a file written by `torch.save(net.state_dict(), …)`, in either container, and hands its tensors to `use`; the file
 * is open that long. Nothing in the file is executed. A dict one level down (`{"state_dict": …}`) is taken out, and
 * DataParallel's `module.` is taken off the names.
 *
 * @throws PytorchFileError
 */
export async function withStateDict<T>(path: string, use: (dict: StateDict) => Promise<T>): Promise<T> {
  const source = basename(path);
  const file = await openFile(path, complainAbout(source));
  try {
    return await use(await readStateDict(file, source));
  } finally {
    await file.close();
  }
}

/**
 * Reads the table of a file's tensors, which stays usable while the file is open; as {@link withStateDict}.
 *
 * @throws PytorchFileError
 */
export async function readStateDict(file: OpenFile, source: string): Promise<StateDict> {
  const complain = complainAbout(source);
  const container = await openContainer(file, complain);
  const tensors = stripModule(findTensors(container.value, complain));
  return { source, tensors, read: reader({ container, file, tensors, complain }) };
}

async function openContainer(file: OpenFile, complain: Complain): Promise<Container> {
  const start = await file.read(0, Math.min(4, file.size));
  if (start.length === 4 && zipSignature.every((byte, index) => start[index] === byte)) {
    return openZipContainer(file, complain);
  }
  if (start[0] === PICKLE_PROTOCOL) return openLegacyContainer(file, complain);
  throw complain("not_pytorch", "is not a file torch.save writes; give a network's .pth file.");
}

function findTensors(value: unknown, complain: Complain): Map<string, TorchTensor> {
  const direct = tensorsOf(value);
  if (direct) return direct;
  if (!(value instanceof Map)) {
    throw complain("unsupported_pytorch_file", "holds no dict of tensors; save a network's state_dict().");
  }
  const inner = wrappers.flatMap((name) => {
    const tensors = tensorsOf(value.get(name));
    return tensors ? [tensors] : [];
  });
  if (inner.length === 1) return inner[0]!;
  const names = [...value.keys()].filter((key) => typeof key === "string").slice(0, 8);
  throw complain(
    "unsupported_pytorch_file",
    `holds no single dict of tensors (it has ${names.map((name) => JSON.stringify(name.slice(0, 40))).join(", ") || "nothing"}); save one network's state_dict() alone.`,
  );
}

/** The entries of a dict that maps names to tensors and to nothing else. */
function tensorsOf(value: unknown): Map<string, TorchTensor> | undefined {
  if (!(value instanceof Map) || value.size === 0) return undefined;
  const tensors = new Map<string, TorchTensor>();
  for (const [name, tensor] of value) {
    if (typeof name !== "string" || !(tensor instanceof TorchTensor)) return undefined;
    tensors.set(name, tensor);
  }
  return tensors;
}

function stripModule(tensors: Map<string, TorchTensor>): Map<string, TorchTensor> {
  const prefix = "module.";
  if (![...tensors.keys()].every((name) => name.startsWith(prefix))) return tensors;
  return new Map([...tensors].map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}

function reader({
  container,
  file,
  tensors,
  complain,
}: {
  container: Container;
  file: OpenFile;
  tensors: ReadonlyMap<string, TorchTensor>;
  complain: Complain;
}): StateDict["read"] {
  let held: { key: string; run: Uint8Array } | undefined;
  // Tensors may share storages; past a few times the file's own size that is no longer a network but a bomb.
  let allowance = 4 * file.size + 2 ** 20;
  const spend = (bytes: number) => {
    allowance -= bytes;
    if (allowance < 0) {
      throw complain(
        "damaged_pytorch_file",
        "refers to the same few storages over and over; no network does.",
      );
    }
  };
  return async (name, order) => {
    const tensor = tensors.get(name);
    if (!tensor) throw complain("tensor_mismatch", `has no tensor "${name}".`);
    const { key, element, runLength } = tensor.storage;
    if (held?.key !== key) {
      spend(runLength * elementBytes[element]);
      held = { key, run: await container.readStorage(key) };
      if (held.run.length !== runLength * elementBytes[element]) {
        throw complain(
          "damaged_pytorch_file",
          `holds ${held.run.length} bytes in its storage "${key}" instead of ${runLength} × ${elementBytes[element]}.`,
        );
      }
    }
    spend(tensor.length * 2);
    const values = copyElements(tensor, held.run, order);
    if (!values)
      throw complain(
        "tensor_mismatch",
        `has ${element} numbers in "${name}"; floating-point ones are needed.`,
      );
    return values;
  };
}
