import { describe, expect, test } from "vitest";
import { PickleWriter } from "./pickle/pickle-writer.ts";
import { readStateDict } from "./state-dict.ts";
import { oneTensor, writeTensor, zipAround } from "./testing/hostile-files.ts";
import { memoryFile } from "./testing/memory-file.ts";

const read = async (pickle: PickleWriter) =>
  readStateDict(memoryFile(await zipAround(pickle.finish())), "file.pth");
const dict = () => new PickleWriter().op("EMPTY_DICT");

/** A dict with one tensor, on the stack. */
const withTensor = (pickle: PickleWriter, name = "weight") =>
  writeTensor(pickle.op("EMPTY_DICT").text(name)).op("SETITEM");

describe("a state dict is found", () => {
  test.each(["state_dict", "model", "net", "generator"])("under %s, beside other things", async (name) => {
    const pickle = withTensor(dict().text("epoch").integer(7).op("SETITEM").text(name)).op("SETITEM");
    expect([...(await read(pickle)).tensors.keys()]).toEqual(["weight"]);
  });

  test("as an ordered dict with attributes", async () => {
    const pickle = new PickleWriter().global("collections", "OrderedDict").op("EMPTY_TUPLE").op("REDUCE");
    writeTensor(pickle.text("weight")).op("SETITEM");
    pickle.op("EMPTY_DICT").text("_metadata").op("EMPTY_DICT").op("SETITEM").op("BUILD");
    expect([...(await read(pickle)).tensors.keys()]).toEqual(["weight"]);
  });

  test("as Python 2 wrote it: pairs, byte strings, the first function for tensors", async () => {
    const pickle = new PickleWriter().global("collections", "OrderedDict").op("EMPTY_LIST").op("EMPTY_LIST");
    pickle.op("SHORT_BINSTRING", 1, 0x77).op("APPEND");
    pickle.global("torch._utils", "_rebuild_tensor").op("MARK").op("MARK").op("SHORT_BINSTRING", 7);
    for (const letter of "storage") pickle.raw(letter.charCodeAt(0));
    pickle.global("torch", "FloatStorage").text("0").text("cuda:0").integer(4).op("NONE").op("TUPLE");
    pickle.op("BINPERSID").integer(1).integers([3]).integers([1]).op("TUPLE").op("REDUCE").op("APPEND");
    pickle.op("APPEND").op("TUPLE1").op("REDUCE");
    const { tensors } = await read(pickle);
    expect(tensors.get("w")).toMatchObject({ offset: 1, shape: [3], strides: [1] });
  });

  test("with DataParallel's prefix taken off, if all names have it", async () => {
    expect([...(await read(withTensor(new PickleWriter(), "module.weight"))).tensors.keys()]).toEqual([
      "weight",
    ]);
    const mixed = withTensor(new PickleWriter(), "module.weight");
    writeTensor(mixed.text("other")).op("SETITEM");
    expect([...(await read(mixed)).tensors.keys()]).toEqual(["module.weight", "other"]);
  });
});

describe("no state dict is found", () => {
  test("where two of them are offered", async () => {
    const pickle = withTensor(withTensor(dict().text("model")).op("SETITEM").text("net")).op("SETITEM");
    await expect(read(pickle)).rejects.toMatchObject({
      code: "unsupported_pytorch_file",
      message: expect.stringMatching(/no single dict of tensors \(it has "model", "net"\)/),
    });
  });

  test("where something else stands among the tensors", async () => {
    const pickle = withTensor(new PickleWriter()).text("epoch").integer(3).op("SETITEM");
    await expect(read(pickle)).rejects.toThrow(/it has "weight", "epoch"/);
  });
});

test("a view with an offset and other strides is copied in order, whichever way its axes are asked for", async () => {
  const storage = Float32Array.from({ length: 8 }, (_, index) => index);
  const described = { key: "1", elements: 8, offset: 1, shape: [2, 3], strides: [1, 2] };
  const bytes = await zipAround(oneTensor(described), {
    records: { "archive/data/1": new Uint8Array(storage.buffer) },
  });
  const found = await readStateDict(memoryFile(bytes), "file.pth");
  expect([...(await found.read("weight"))]).toEqual([1, 3, 5, 2, 4, 6]);
  expect([...(await found.read("weight", [1, 0]))]).toEqual([1, 2, 3, 4, 5, 6]);
});

test.each([
  [
    "HalfStorage",
    [0x00, 0x3c, 0x01, 0x00, 0x00, 0x7c, 0x00, 0xc0],
    [1, 2 ** -24, Number.POSITIVE_INFINITY, -2],
  ],
  ["BFloat16Storage", [0x80, 0x3f, 0x00, 0xc0, 0x40, 0x40, 0x00, 0x00], [1, -2, 3, 0]],
])("%s becomes float32", async (storageType, raw, expected) => {
  const described = { storageType, key: "1", shape: [4], strides: [1] };
  const bytes = await zipAround(oneTensor(described), {
    records: { "archive/data/1": Uint8Array.from(raw) },
  });
  expect([...(await (await readStateDict(memoryFile(bytes), "file.pth")).read("weight"))]).toEqual(expected);
});
