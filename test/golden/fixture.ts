import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** One golden case: what was computed, and the numbers PyTorch made of it. */
export interface Fixture<Case> {
  readonly case: Case;
  readonly tensors: ReadonlyMap<string, GoldenTensor>;
}

export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Where write-fixtures.py puts its files. */
export const fixturesDirectory = fileURLToPath(new URL("./fixtures", import.meta.url));

/** Reads a safetensors file of write-fixtures.py; the case is JSON in its metadata. */
export async function readFixture<Case>(name: string, directory = fixturesDirectory): Promise<Fixture<Case>> {
  const file = await readFile(`${directory}/${name}.safetensors`);
  const bodyBegin = 8 + Number(file.readBigUInt64LE(0));
  const { __metadata__: metadata, ...entries } = JSON.parse(file.toString("utf8", 8, bodyBegin)) as Header;
  const tensors = new Map<string, GoldenTensor>();
  for (const [tensor, { shape, data_offsets: offsets }] of Object.entries(entries)) {
    const bytes = new Uint8Array(file.subarray(bodyBegin + offsets[0], bodyBegin + offsets[1]));
    tensors.set(tensor, { shape, data: new Float32Array(bytes.buffer) });
  }
  return { case: JSON.parse(metadata.case) as Case, tensors };
}

type Header = { readonly __metadata__: { readonly case: string } } & Readonly<
  Record<string, { readonly shape: number[]; readonly data_offsets: [number, number] }>
>;

/** The entries whose names start with `prefix`, by the rest of their names. */
export function under<Value>(
  entries: ReadonlyMap<string, Value>,
  prefix: string,
): ReadonlyMap<string, Value> {
  return new Map(
    [...entries].flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : [],
    ),
  );
}
