import { configure, TextReader, Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { PickleWriter } from "./pickle/pickle-writer.ts";

/** A contiguous tensor to be saved; bigints become int64, a tensor without axes holds one value. */
export interface SavedTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

/** Records' format, as `caffe2/serialize/versions.h` counts it. */
const FORMAT_VERSION = "3\n";
/** Files written from the same tensors are the same, byte by byte. */
const MODIFIED = new Date(Date.UTC(1980, 0, 1, 12));

/**
 * Writes tensors by name as `torch.save(state_dict, file)` does: a zip of stored records.
 *
 * Source: PyTorch `torch/serialization.py` (`_save`), `caffe2/serialize/inline_container.h`.
 */
export async function writeCheckpoint(tensors: ReadonlyMap<string, SavedTensor>): Promise<Uint8Array> {
  configure({ useWebWorkers: false });
  const zip = new ZipWriter(new Uint8ArrayWriter(), {
    level: 0,
    lastModDate: MODIFIED,
    extendedTimestamp: false,
    dataDescriptor: false,
  });
  await zip.add("archive/data.pkl", new Uint8ArrayReader(pickleStateDict(tensors)));
  await zip.add("archive/byteorder", new TextReader("little"));
  let key = 0;
  for (const { data } of tensors.values()) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    await zip.add(`archive/data/${key++}`, new Uint8ArrayReader(bytes));
  }
  await zip.add("archive/version", new TextReader(FORMAT_VERSION));
  return zip.close();
}

/** An ordered dict of tensors, each of which has a storage of its own, named by its number. */
function pickleStateDict(tensors: ReadonlyMap<string, SavedTensor>): Uint8Array {
  const pickle = new PickleWriter();
  const emptyDict = () => pickle.global("collections", "OrderedDict").op("EMPTY_TUPLE").op("REDUCE");
  emptyDict().op("MARK");
  let key = 0;
  for (const [name, { shape, data }] of tensors) {
    pickle.text(name).global("torch._utils", "_rebuild_tensor_v2").op("MARK");
    pickle.op("MARK").text("storage");
    pickle.global("torch", data instanceof Float32Array ? "FloatStorage" : "LongStorage");
    pickle.text(String(key++)).text("cpu").integer(data.length).op("TUPLE").op("BINPERSID");
    const strides = shape.map((_, axis) =>
      shape.slice(axis + 1).reduce((product, side) => product * side, 1),
    );
    pickle.integer(0).integers(shape).integers(strides).op("NEWFALSE");
    emptyDict().op("TUPLE").op("REDUCE");
  }
  return pickle.op("SETITEMS").finish();
}
