import * as tf from "@tensorflow/tfjs";

type Shape = readonly number[];

const product = (shape: Shape) => shape.reduce((total, side) => total * side, 1);

/** Multiply-adds of one kernel call: pixels of the convolution's output times filter size. */
const counters: Readonly<
  Record<
    string,
    (inputs: Record<string, { shape: Shape }>, attrs: Record<string, unknown>, out: Shape) => number
  >
> = {
  Conv2D: ({ filter }, _, out) => pixels(out) * product(filter!.shape),
  Conv2DBackpropInput: ({ dy, filter }) => pixels(dy!.shape) * product(filter!.shape),
  Conv2DBackpropFilter: ({ dy }, { filterShape }) => pixels(dy!.shape) * product(filterShape as Shape),
  DepthwiseConv2dNative: ({ filter }, _, out) => pixels(out) * product(filter!.shape),
  DepthwiseConv2dNativeBackpropInput: ({ dy, filter }) => pixels(dy!.shape) * product(filter!.shape),
  DepthwiseConv2dNativeBackpropFilter: ({ dy }, { filterShape }) =>
    pixels(dy!.shape) * product(filterShape as Shape),
};

const pixels = ([batch, height, width]: Shape): number => batch! * height! * width!;

/** Counts the multiply-adds of every convolution kernel that `work` runs on this thread's wasm backend. */
export async function countConvolutions(work: () => Promise<unknown>): Promise<number> {
  let total = 0;
  const originals = Object.keys(counters).map((name) => tf.getKernel(name, "wasm"));
  const replace = (config: tf.KernelConfig) => {
    tf.unregisterKernel(config.kernelName, "wasm");
    tf.registerKernel(config);
  };
  for (const config of originals) {
    replace({
      ...config,
      kernelFunc: (call) => {
        const result = config.kernelFunc(call);
        const inputs = call.inputs as Record<string, { shape: Shape }>;
        total += counters[config.kernelName]!(inputs, call.attrs ?? {}, (result as tf.TensorInfo).shape);
        return result;
      },
    });
  }
  await work();
  for (const config of originals) replace(config);
  return total;
}
