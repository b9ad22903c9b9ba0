import type { ModelFiles } from "../session-types.ts";

/** A node in GraphDef's JSON form, attributes as they are written there. */
export interface JsonNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, unknown>>;
}

/** A constant: floats unless the values are integers on purpose. */
export interface JsonConstant {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

export const text = (value: string) => ({ s: btoa(value) });
export const list = (values: readonly number[]) => ({ list: { i: values.map(String) } });
export const integers = (...values: number[]): JsonConstant => ({
  shape: [values.length],
  values: Int32Array.from(values),
});

/** Reproducible weights of a shape, between -0.5 and 0.5. */
export function weight(...shape: number[]): JsonConstant {
  const length = shape.reduce((product, side) => product * side, 1);
  return { shape, values: Float32Array.from({ length }, (_, index) => ((index * 7919) % 1009) / 1009 - 0.5) };
}

/** A convolution's attributes. */
export function windowAttributes(
  stride: number,
  padding: "SAME" | "VALID" | readonly [number, number, number, number],
) {
  return {
    strides: list([1, stride, stride, 1]),
    dilations: list([1, 1, 1, 1]),
    data_format: text("NHWC"),
    ...(typeof padding === "string"
      ? { padding: text(padding) }
      : { padding: text("EXPLICIT"), explicit_paddings: list([0, 0, ...padding, 0, 0]) }),
  };
}

/** A graph model of any nodes, right or wrong; the placeholder `input` and the `Const` nodes are added. */
export function graphFiles(
  nodes: readonly JsonNode[],
  constants: Readonly<Record<string, JsonConstant>> = {},
  { channels = 3, height = -1, width = -1 } = {},
): ModelFiles {
  const dim = [-1, height, width, channels].map((size) => ({ size: String(size) }));
  const node = [
    { name: "input", op: "Placeholder", attr: { dtype: { type: "DT_FLOAT" }, shape: { shape: { dim } } } },
    ...Object.keys(constants).map((name) => ({ name, op: "Const", attr: {} })),
    ...nodes.map((given) => ({ attr: {}, ...given })),
  ];
  const weights = Object.entries(constants).map(([name, { shape, values }]) => ({
    name,
    shape,
    dtype: values instanceof Int32Array ? "int32" : "float32",
  }));
  const bytes = Object.values(constants).flatMap(({ values }) => [...new Uint8Array(values.buffer)]);
  return withJson(
    {
      format: "graph-model",
      modelTopology: { node, versions: { producer: 1 } },
      weightsManifest: [{ paths: ["weights.bin"], weights }],
    },
    [Uint8Array.from(bytes)],
  );
}

/** Files of a `model.json` given as a value. */
export function withJson(json: unknown, weights: readonly Uint8Array[]): ModelFiles {
  return { model: new TextEncoder().encode(JSON.stringify(json)), weights };
}

/** `model.json` as a value that a test may damage. */
// biome-ignore lint/suspicious/noExplicitAny: tests reach into the document to break it
export function jsonOf({ model }: ModelFiles): any {
  return JSON.parse(new TextDecoder().decode(model));
}
