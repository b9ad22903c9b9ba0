import { printable, unsupported } from "../errors.ts";
import { type JsonRecord, member } from "./json.ts";

/** A node as the file gives it: names checked, attributes not yet read. */
export interface RawNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly attributes: JsonRecord;
}

/**
 * Reads a node's attributes, each by name with the type its op gives it; whatever is left over afterwards is an
 * attribute the engine does not know.
 */
export class AttributeReader {
  readonly #node: RawNode;
  readonly #read = new Set<string>();

  constructor(node: RawNode) {
    this.#node = node;
  }

  /** @throws EngineError `unsupported_op` when the attribute is there and not text */
  text(name: string): string | undefined {
    const raw = this.#member(name, "s");
    if (raw === undefined) return undefined;
    try {
      if (typeof raw === "string") return atob(raw);
    } catch {}
    throw this.#refuse(name, `is ${printable(raw)}; it must be base64 text`);
  }

  /** @throws EngineError `unsupported_op` when the text is not the one allowed */
  only(name: string, allowed: string): void {
    const value = this.text(name);
    if (value !== undefined && value !== allowed) {
      throw this.#refuse(name, `is ${printable(value)}; only ${allowed} is supported`);
    }
  }

  /** @throws EngineError `unsupported_op` when the attribute is not a boolean */
  boolean(name: string, byDefault: boolean): boolean {
    const raw = this.#member(name, "b");
    if (raw === undefined) return byDefault;
    if (typeof raw !== "boolean") throw this.#refuse(name, `is ${printable(raw)}; it must be true or false`);
    return raw;
  }

  /** @throws EngineError `unsupported_op` when the attribute is not a finite float32 number */
  number(name: string, byDefault: number): number {
    const raw = this.#member(name, "f", "i");
    if (raw === undefined) return byDefault;
    const value = typeof raw === "string" && raw.trim() !== "" ? Number(raw) : raw;
    // The kernels compute in float32, where 1e300 is infinite.
    if (typeof value !== "number" || !Number.isFinite(Math.fround(value))) {
      throw this.#refuse(name, `is ${printable(raw)}; it must be a finite float32 number`);
    }
    return value;
  }

  /** @throws EngineError `unsupported_op` when the attribute is not a list of whole numbers */
  integers(name: string): readonly number[] | undefined {
    const list = this.#member(name, "list");
    if (list === undefined) return undefined;
    const values =
      typeof list === "object" && list !== null ? (member(list as JsonRecord, "i") ?? []) : undefined;
    if (!Array.isArray(values) || values.length > 8) {
      throw this.#refuse(name, `is ${printable(list)}; it must be a list of at most 8 whole numbers`);
    }
    return values.map((value) => this.#integer(name, value));
  }

  /** Sides of a shape, -1 for unknown ones. @throws EngineError `unsupported_op` when it is none */
  shape(name: string): readonly number[] | undefined {
    const shape = this.#member(name, "shape");
    if (shape === undefined) return undefined;
    const dim = typeof shape === "object" && shape !== null ? (member(shape as JsonRecord, "dim") ?? []) : 0;
    if (!Array.isArray(dim) || dim.length > 8) {
      throw this.#refuse(name, `is ${printable(shape)}; it must be a shape of at most 8 sides`);
    }
    return dim.map((side: unknown) => {
      const size = typeof side === "object" && side !== null ? member(side as JsonRecord, "size") : undefined;
      return this.#integer(name, size);
    });
  }

  /** Element type, for the types the engine computes with. @throws EngineError `unsupported_op` */
  type(name: string): "float32" | "int32" | undefined {
    const raw = this.#member(name, "type");
    if (raw === undefined) return undefined;
    if (raw === "DT_FLOAT" || raw === 1) return "float32";
    if (raw === "DT_INT32" || raw === 3) return "int32";
    throw this.#refuse(name, `is ${printable(raw)}; only DT_FLOAT and DT_INT32 are supported`);
  }

  /** Marks attributes whose values cannot change the result. */
  ignore(...names: string[]): void {
    for (const name of names) this.#read.add(name);
  }

  /** @throws EngineError `unsupported_op` when the node has an attribute that nobody read */
  finish(): void {
    for (const name of Object.keys(this.#node.attributes)) {
      // TensorFlow's own annotations start with an underscore.
      if (!this.#read.has(name) && !name.startsWith("_")) throw this.#refuse(name, "is not supported");
    }
  }

  #member(name: string, ...kinds: string[]): unknown {
    this.#read.add(name);
    const attribute = member(this.#node.attributes, name);
    if (attribute === undefined) return undefined;
    if (typeof attribute === "object" && attribute !== null) {
      for (const kind of kinds) {
        const value = member(attribute as JsonRecord, kind);
        if (value !== undefined) return value;
      }
    }
    throw this.#refuse(name, `is ${printable(attribute)}; it must have a member "${kinds[0]}"`);
  }

  #integer(name: string, raw: unknown): number {
    const value = typeof raw === "string" && /^-?\d{1,10}$/.test(raw) ? Number(raw) : raw;
    if (typeof value !== "number" || !Number.isInteger(value) || Math.abs(value) >= 2 ** 31) {
      throw this.#refuse(name, `holds ${printable(raw)}; it must hold whole numbers below 2^31`);
    }
    return value;
  }

  #refuse(name: string, what: string) {
    return unsupported(this.#node, `attribute "${printable(name)}" ${what}`);
  }
}
