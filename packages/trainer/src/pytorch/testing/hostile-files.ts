import { configure, Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { PickleWriter } from "../pickle/pickle-writer.ts";

/** What goes into a tensor's description. */
export interface DescribedTensor {
  readonly storageType?: string;
  readonly key?: string;
  readonly elements?: number;
  readonly offset?: number;
  readonly shape?: readonly number[];
  readonly strides?: readonly number[];
}

/** Writes the description of a tensor. */
export function writeTensor(pickle: PickleWriter, described: DescribedTensor = {}): PickleWriter {
  const { storageType = "FloatStorage", key = "0", elements = 4, offset = 0 } = described;
  const { shape = [2, 2], strides = [2, 1] } = described;
  pickle.global("torch._utils", "_rebuild_tensor_v2").op("MARK").op("MARK").text("storage");
  pickle.global("torch", storageType).text(key).text("cpu").integer(elements).op("TUPLE").op("BINPERSID");
  pickle.integer(offset).integers(shape).integers(strides).op("NEWFALSE").op("NONE");
  return pickle.op("TUPLE").op("REDUCE");
}

/** A pickle of a dict with one tensor. */
export function oneTensor(described: DescribedTensor = {}, name = "weight"): Uint8Array {
  const pickle = new PickleWriter().op("EMPTY_DICT").text(name);
  return writeTensor(pickle, described).op("SETITEM").finish();
}

/** A zip container around a pickle; `data/0` holds 16 bytes. */
export async function zipAround(
  pickle: Uint8Array,
  { level = 0, records = {} }: { level?: number; records?: Record<string, Uint8Array> } = {},
): Promise<Uint8Array> {
  configure({ useWebWorkers: false });
  const zip = new ZipWriter(new Uint8ArrayWriter(), { level });
  await zip.add("archive/data.pkl", new Uint8ArrayReader(pickle));
  await zip.add("archive/data/0", new Uint8ArrayReader(new Uint8Array(16)));
  for (const [name, bytes] of Object.entries(records)) await zip.add(name, new Uint8ArrayReader(bytes));
  return zip.close();
}
