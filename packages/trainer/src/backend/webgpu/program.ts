import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { elementCount } from "../kernel-call.ts";

/** A WGSL program with what it reads, on its way to one dispatch. */
export interface Program {
  /** Names the source: programs of equal keys have equal sources. */
  readonly key: string;
  /**
   * WGSL with `fn main()`, or `fn main(index : i32)` where `groups` is absent. It finds its inputs as arrays under their
   * names, its output as `result`, its numbers in `uniforms`, and `workgroupId`, `localIndex` (u32).
   */
  readonly source: string;
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  /** Inputs that are arrays of `vec4<f32>`; their last axis must be a multiple of four. */
  readonly wide?: readonly string[];
  readonly outputShape: readonly number[];
  readonly integers?: Readonly<Record<string, number>>;
  readonly floats?: Readonly<Record<string, number>>;
  /** Threads of a workgroup. */
  readonly threads: number;
  /** Workgroups by axis; where absent there is one thread per output element. */
  readonly groups?: readonly [x: number, y: number, z: number];
}

/** Threads of a workgroup of programs with a thread per element. */
export const ELEMENTWISE_THREADS = 128;

/** Runs a program; returns its new float32 output. */
export function runProgram(backend: WebGPUBackend, program: Program): tf.TensorInfo {
  const {
    key,
    source,
    inputs,
    wide = [],
    outputShape,
    integers = {},
    floats = {},
    threads,
    groups,
  } = program;
  const names = Object.keys(inputs);
  const flat = groups === undefined;
  const descriptor: Parameters<WebGPUBackend["runWebGPUProgram"]>[0] = {
    shaderKey: `unpaired ${key}`,
    variableNames: names,
    variableComponents: names.map((name) => (wide.includes(name) ? 4 : 1)),
    uniforms: [
      ...Object.keys(integers).map((name) => `${name} : i32,`),
      ...Object.keys(floats).map((name) => `${name} : f32,`),
    ].join(" "),
    workgroupSize: [threads, 1, 1],
    outputShape: [...outputShape],
    size: flat,
    dispatchLayout: flat ? { x: outputShape.map((_, axis) => axis) } : { x: [0], y: [1], z: [2] },
    dispatch: flat ? [Math.ceil(elementCount(outputShape) / threads), 1, 1] : [...groups],
    getUserCode: () => source,
  };
  return backend.runWebGPUProgram(descriptor, Object.values(inputs), "float32", [
    ...Object.values(integers).map((value) => ({ type: "int32", data: [value] })),
    ...Object.values(floats).map((value) => ({ type: "float32", data: [value] })),
  ]);
}

/** Gives a tensor that no caller will see back. */
export function release(backend: WebGPUBackend, tensor: tf.TensorInfo): void {
  backend.disposeData(tensor.dataId);
}
