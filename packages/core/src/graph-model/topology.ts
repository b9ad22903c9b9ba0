/** A node of a TensorFlow GraphDef in tfjs's JSON form. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr: Readonly<Record<string, GraphAttribute>>;
}

/** An attribute value: strings are base64, integers decimal strings. */
export type GraphAttribute =
  | { readonly type: "DT_FLOAT" | "DT_INT32" }
  | { readonly s: string }
  | { readonly i: string }
  | { readonly f: number }
  | { readonly b: boolean }
  | { readonly list: { readonly i: readonly string[] } }
  | { readonly shape: { readonly dim: readonly { readonly size: string }[] } };

/** `DT_FLOAT` or `DT_INT32` as an attribute. */
export const type = (dtype: "float32" | "int32"): GraphAttribute => ({
  type: dtype === "float32" ? "DT_FLOAT" : "DT_INT32",
});

/** ASCII text as an attribute. */
export const text = (value: string): GraphAttribute => ({ s: btoa(value) });

/** An integer list as an attribute. */
export const integers = (values: readonly number[]): GraphAttribute => ({ list: { i: values.map(String) } });

/** A shape as an attribute; -1 for a side that is known only at run time. */
export const shape = (sides: readonly number[]): GraphAttribute => ({
  shape: { dim: sides.map((side) => ({ size: String(side) })) },
});
