import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRandom } from "@unpaired/core";
import { describe, expect, test } from "vitest";
import { PytorchFileError } from "./errors.ts";
import { fitNetwork } from "./import-network.ts";
import { PickleWriter } from "./pickle/pickle-writer.ts";
import { readStateDict } from "./state-dict.ts";
import { oneTensor, writeTensor, zipAround } from "./testing/hostile-files.ts";
import { memoryFile } from "./testing/memory-file.ts";

const fixtures = fileURLToPath(new URL("./testing/fixtures", import.meta.url));

/** Imports bytes; undefined when they are a network, or the error's code. Anything but a typed error fails the test. */
async function outcome(bytes: Uint8Array): Promise<string | undefined> {
  try {
    await fitNetwork(await readStateDict(memoryFile(bytes), "file.pth"));
    return undefined;
  } catch (error) {
    if (!(error instanceof PytorchFileError)) throw error;
    expect(error.message).toMatch(/^file\.pth .*\.$/s);
    return error.code;
  }
}

const files = [
  { name: "resnet-legacy-half.pth", cutEveryBytes: 1, rounds: 2500 },
  { name: "resnet-views.pth", cutEveryBytes: 1, rounds: 500 },
  { name: "mobile-zip.pth", cutEveryBytes: 64, rounds: 100 },
];

describe.each(files)("$name", ({ name, cutEveryBytes, rounds }) => {
  test("cut off after any of its bytes, it is refused", async () => {
    const whole = await readFile(join(fixtures, name));
    expect(await outcome(whole)).toBeUndefined();
    for (let length = 0; length < whole.length; length += cutEveryBytes) {
      const code = await outcome(whole.subarray(0, length));
      if (code === undefined) expect.fail(`${name} was taken with ${length} of ${whole.length} bytes`);
    }
  });

  test("with random bytes changed, it is a network or a typed error, and soon", async () => {
    const whole = await readFile(join(fixtures, name));
    const random = createRandom(11).fork(name);
    const codes = new Map<string, number>();
    let slowestMs = 0;
    for (let round = 0; round < rounds; round++) {
      const mutated = Uint8Array.from(whole);
      // Half of the rounds spare the weights and hit the tables, where the meaning is.
      const reach = round % 2 === 0 ? whole.length : Math.min(whole.length, 5000);
      for (let hits = 1 + random.integer(4); hits > 0; hits--)
        mutated[random.integer(reach)] = random.integer(256);
      const startMs = performance.now();
      const code = (await outcome(mutated)) ?? "network";
      slowestMs = Math.max(slowestMs, performance.now() - startMs);
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    expect(codes.get("damaged_pytorch_file")).toBeGreaterThan(rounds / 10);
    expect(slowestMs).toBeLessThan(5000);
  });
});

describe("a pickle is refused that", () => {
  const pickle = () => new PickleWriter();
  const cases: [string, Uint8Array, string, RegExp][] = [
    [
      "calls os.system",
      pickle().global("os", "system").text("true").op("TUPLE1").op("REDUCE").finish(),
      "forbidden_pickle",
      /os\.system/,
    ],
    [
      "calls eval by its stacked name",
      pickle().text("builtins").text("eval").op("STACK_GLOBAL").finish(),
      "forbidden_pickle",
      /builtins\.eval/,
    ],
    ["makes objects", Uint8Array.of(0x80, 2, 0x81, 0x2e), "forbidden_pickle", /instruction 0x81/],
    ["reaches into torch", pickle().global("torch", "load").finish(), "forbidden_pickle", /torch\.load/],
    [
      "names a property of objects",
      pickle().global("torch", "constructor").finish(),
      "forbidden_pickle",
      /constructor/,
    ],
    [
      "calls a dict",
      pickle().op("EMPTY_DICT").op("EMPTY_TUPLE").op("REDUCE").finish(),
      "damaged_pytorch_file",
      /no function/,
    ],
    [
      "sets attributes of a list",
      pickle().op("EMPTY_LIST").op("EMPTY_DICT").op("BUILD").finish(),
      "forbidden_pickle",
      /attributes/,
    ],
    [
      "claims a text of 4 GB",
      pickle().op("BINUNICODE", 255, 255, 255, 255).finish(),
      "forbidden_pickle",
      /larger/,
    ],
    [
      "claims a text of 64 KB",
      pickle().op("BINUNICODE", 0, 0, 1, 0).finish(),
      "damaged_pytorch_file",
      /ends/,
    ],
    [
      "recalls what it never made",
      pickle().op("LONG_BINGET", 9, 0, 0, 0).finish(),
      "damaged_pytorch_file",
      /value 9/,
    ],
    ["ends an open mark", pickle().op("TUPLE").finish(), "damaged_pytorch_file", /mark/],
    ["pops from nothing", pickle().op("TUPLE2").finish(), "damaged_pytorch_file", /missing/],
    ["leaves values over", pickle().op("NONE").op("NONE").finish(), "damaged_pytorch_file", /left over/],
    ["is a number", pickle().integer(7).finish(), "unsupported_pytorch_file", /no dict of tensors/],
    ["is an empty dict", pickle().op("EMPTY_DICT").finish(), "unsupported_pytorch_file", /no single dict/],
    ["has another protocol", Uint8Array.of(0x80, 9, 0x2e), "unsupported_pytorch_file", /protocol 9/],
    ["has no protocol", Uint8Array.of(0x28, 0x2e), "not_pytorch", /no pickle/],
    [
      "has a tensor that begins outside its storage",
      oneTensor({ offset: 4, shape: [1], strides: [1] }),
      "damaged_pytorch_file",
      /outside its storage of 4/,
    ],
    [
      "has strides that reach outside",
      oneTensor({ strides: [3, 1] }),
      "damaged_pytorch_file",
      /strides \[3,1\]/,
    ],
    ["has negative strides", oneTensor({ strides: [-1, 1] }), "damaged_pytorch_file", /whole numbers/],
    ["has other ranks", oneTensor({ strides: [1] }), "damaged_pytorch_file", /rank/],
    [
      "expands one element to a thousand million",
      oneTensor({ shape: [1e9], strides: [0] }),
      "damaged_pytorch_file",
      /more elements/,
    ],
    [
      "has sizes whose product overflows",
      oneTensor({ shape: [2 ** 50, 2 ** 50], strides: [0, 0] }),
      "damaged_pytorch_file",
      /more elements/,
    ],
    [
      "has a storage of unbelievable size",
      oneTensor({ elements: 2 ** 50 }),
      "damaged_pytorch_file",
      /no size/,
    ],
  ];

  test.each(cases)("%s", async (_, bytes, code, message) => {
    const file = memoryFile(await zipAround(bytes));
    await expect(readStateDict(file, "file.pth")).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  test("grows without end", async () => {
    const list = pickle().op("EMPTY_LIST").op("BINPUT", 0).op("MARK");
    for (let item = 0; item < 1000; item++) list.op("EMPTY_TUPLE").op("EMPTY_TUPLE").op("TUPLE2");
    list.op("APPENDS");
    // A thousand pairs turned into a dict again and again, three bytes a time.
    for (let round = 0; round < 1_000; round++) {
      list.global("collections", "OrderedDict").op("BINGET", 0).op("TUPLE1").op("REDUCE");
    }
    const nested = pickle();
    for (let depth = 0; depth < 2_000; depth++) nested.op("MARK");
    const deep = pickle().op("NONE");
    for (let depth = 0; depth < 600_000; depth++) deep.op("TUPLE1");
    for (const bytes of [list.finish(), nested.finish(), deep.finish()]) {
      const startMs = performance.now();
      await expect(readStateDict(memoryFile(await zipAround(bytes)), "file.pth")).rejects.toMatchObject({
        code: "forbidden_pickle",
      });
      expect(performance.now() - startMs).toBeLessThan(5000);
    }
  });
});

describe("a container is refused that", () => {
  const read = async (bytes: Uint8Array, name = "weight") => {
    const dict = await readStateDict(memoryFile(bytes), "file.pth");
    return dict.read(name);
  };

  test("is compressed", async () => {
    const big = new PickleWriter().op("EMPTY_DICT").op("MARK");
    for (let index = 0; index < 500; index++) writeTensor(big.text(`weight${index}`));
    const bytes = await zipAround(big.op("SETITEMS").finish(), { level: 9 });
    await expect(read(bytes)).rejects.toMatchObject({ code: "unsupported_pytorch_file" });
  });

  test("lacks a storage, or holds one of another size", async () => {
    await expect(read(await zipAround(oneTensor({ key: "1" })))).rejects.toThrow(
      /lacks the record "data\/1"/,
    );
    await expect(read(await zipAround(oneTensor({ elements: 5 })))).rejects.toThrow(
      /16 bytes in its storage "0"/,
    );
    await expect(read(await zipAround(oneTensor({ storageType: "DoubleStorage" })))).rejects.toThrow(/4 × 8/);
    expect(await read(await zipAround(oneTensor()))).toEqual(new Float32Array(4));
  });

  test("holds whole numbers where weights should be", async () => {
    const bytes = await zipAround(oneTensor({ storageType: "IntStorage" }));
    await expect(read(bytes)).rejects.toThrow(/int32 numbers in "weight"/);
  });

  test("lies about a record's size", async () => {
    const honest = await zipAround(oneTensor());
    const view = new DataView(honest.buffer, honest.byteOffset, honest.byteLength);
    const central = [...honest.keys()].filter(
      (at) => at + 46 < honest.length && view.getUint32(at, true) === 0x02014b50,
    );
    expect(central).toHaveLength(2);
    for (const [record, size] of [
      [0, 3_000_000_000],
      [1, 3_000_000_000],
      [0, 5],
      [1, 20],
    ] as const) {
      const lying = honest.slice();
      const sizes = new DataView(lying.buffer);
      sizes.setUint32(central[record]! + 20, size, true);
      sizes.setUint32(central[record]! + 24, size, true);
      await expect(read(lying)).rejects.toMatchObject({ code: "damaged_pytorch_file" });
    }
  });

  test("is a program, is from a big-endian machine, or has no table", async () => {
    const records = (name: string, text: string) => ({ records: { [name]: new TextEncoder().encode(text) } });
    await expect(read(await zipAround(oneTensor(), records("archive/constants.pkl", "x")))).rejects.toThrow(
      /TorchScript/,
    );
    await expect(read(await zipAround(oneTensor(), records("archive/byteorder", "big")))).rejects.toThrow(
      /big-endian/,
    );
    await expect(read(await zipAround(oneTensor(), records("other/data.pkl", "x")))).rejects.toThrow(
      /one data\.pkl/,
    );
  });

  test("refers to one storage over and over", async () => {
    const elements = 2 ** 18;
    const pickle = new PickleWriter().op("EMPTY_DICT").op("MARK");
    for (let index = 0; index < 64; index++) {
      const shape = [elements];
      writeTensor(pickle.text(`weight${index}`), { key: String(index % 2), elements, shape, strides: [1] });
    }
    const run = new Uint8Array(elements * 4);
    const zip = await zipAround(pickle.op("SETITEMS").finish(), { records: { "archive/data/1": run } });
    const dict = await readStateDict(memoryFile(zip), "file.pth");
    const readAll = async () => {
      for (let index = 1; index < 64; index += 2) await dict.read(`weight${index}`);
    };
    await expect(readAll()).rejects.toThrow(/over and over/);
  });
});
