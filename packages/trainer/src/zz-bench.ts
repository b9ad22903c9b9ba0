import * as tf from "@tensorflow/tfjs";
import * as core from "@unpaired/core";
import { initializeWeights, patchDiscriminator, resnetGenerator } from "@unpaired/core";
import {
  adamUpdate,
  discriminatorLoss,
  forward,
  leastSquares,
  meanAbsoluteError,
  toTensors,
} from "@unpaired/core/tfjs";
import { initializeWasmBackend } from "./backend/wasm/index.ts";

await initializeWasmBackend();
const S = Number(process.argv[2] ?? 64),
  F = Number(process.argv[3] ?? 16),
  B = Number(process.argv[4] ?? 9),
  profile = process.argv[5] === "p";
const gSpec = resnetGenerator({ filters: F, blocks: B }),
  dSpec = patchDiscriminator({ filters: F });
const macs = { n: 0 };
const times = new Map<string, [number, number]>();
for (const config of tf.getKernelsForBackend("wasm")) {
  tf.unregisterKernel(config.kernelName, "wasm");
  tf.registerKernel({
    ...config,
    kernelFunc: (p) => {
      const a = p.attrs as any,
        i = p.inputs as any;
      const t = performance.now();
      const r = config.kernelFunc(p) as any;
      const dt = performance.now() - t;
      let n = 0;
      if (/^Conv2D$/.test(config.kernelName)) {
        const f = i.filter.shape;
        n = r.shape[0] * r.shape[1] * r.shape[2] * f[0] * f[1] * f[2] * f[3];
      }
      if (config.kernelName === "Conv2DBackpropInput") {
        const f = i.filter.shape,
          s = i.dy.shape;
        n = s[0] * s[1] * s[2] * f[0] * f[1] * f[2] * f[3];
      }
      if (config.kernelName === "Conv2DBackpropFilter") {
        const f = a.filterShape,
          s = i.dy.shape;
        n = s[0] * s[1] * s[2] * f[0] * f[1] * f[2] * f[3];
      }
      macs.n += n;
      const e = times.get(config.kernelName) ?? [0, 0];
      e[0] += dt;
      e[1]++;
      times.set(config.kernelName, e);
      return r;
    },
  });
}
const random = (core as any).createRandom?.(1) ?? (core as any).mulberry32?.(1);
const make = (spec: any) => toTensors(initializeWeights(spec, random));
type N = { spec: any; w: any; m: any; v: any };
const net = (spec: any): N => {
  const w = make(spec);
  const z = () => Object.fromEntries(Object.entries(w).map(([k, t]) => [k, tf.zerosLike(t as tf.Tensor)]));
  return { spec, w, m: z(), v: z() };
};
const G = net(gSpec),
  Fn = net(gSpec),
  DA = net(dSpec),
  DB = net(dSpec);
let step = 0;
function update(nets: N[], loss: (ws: any[]) => tf.Scalar): number {
  const keys = nets.flatMap((n, i) => Object.keys(n.w).map((k) => [i, k] as const));
  const g = tf.grads((...ts) => {
    const ws = nets.map(() => ({}) as any);
    keys.forEach(([i, k], j) => {
      ws[i][k] = ts[j];
    });
    return loss(ws);
  })(keys.map(([i, k]) => nets[i]!.w[k]));
  keys.forEach(([i, k], j) => {
    const n = nets[i]!;
    const u = adamUpdate({ weight: n.w[k], m: n.m[k], v: n.v[k] }, g[j]!, {
      learningRate: 2e-4,
      beta1: 0.5,
      beta2: 0.999,
      epsilon: 1e-8,
      step,
    });
    tf.dispose([n.w[k], n.m[k], n.v[k], g[j]!]);
    n.w[k] = tf.keep(u.weight);
    n.m[k] = tf.keep(u.m);
    n.v[k] = tf.keep(u.v);
  });
  return 0;
}
function trainStep() {
  step++;
  const A = tf.randomUniform([1, S, S, 3], -1, 1) as tf.Tensor4D,
    Bx = tf.randomUniform([1, S, S, 3], -1, 1) as tf.Tensor4D;
  let fakeA: any, fakeB: any;
  tf.tidy(() => {
    update([G, Fn], ([g, f]) => {
      const fb = forward(gSpec, g, A),
        ra = forward(gSpec, f, fb),
        fa = forward(gSpec, f, Bx),
        rb = forward(gSpec, g, fa);
      fakeA = tf.keep(fa.clone());
      fakeB = tf.keep(fb.clone());
      const ia = forward(gSpec, f, A),
        ib = forward(gSpec, g, Bx);
      return tf.addN([
        leastSquares(forward(dSpec, DB.w, fb), "real"),
        leastSquares(forward(dSpec, DA.w, fa), "real"),
        tf.mul(tf.add(meanAbsoluteError(ra, A), meanAbsoluteError(rb, Bx)), 10),
        tf.mul(tf.add(meanAbsoluteError(ia, A), meanAbsoluteError(ib, Bx)), 5),
      ]) as tf.Scalar;
    });
  });
  tf.tidy(() => {
    update([DA], ([d]) => discriminatorLoss(forward(dSpec, d, A), forward(dSpec, d, fakeA)));
  });
  tf.tidy(() => {
    update([DB], ([d]) => discriminatorLoss(forward(dSpec, d, Bx), forward(dSpec, d, fakeB)));
  });
  tf.dispose([A, Bx, fakeA, fakeB]);
}
trainStep();
trainStep();
macs.n = 0;
times.clear();
const all: number[] = [];
const c0 = process.cpuUsage();
const n = Number(process.argv[6] ?? 10);
for (let i = 0; i < n; i++) {
  const t = performance.now();
  trainStep();
  all.push(performance.now() - t);
}
const cpu = process.cpuUsage(c0);
all.sort((a, b) => a - b);
const med = all[all.length >> 1]!;
console.log(
  `S${S} F${F} B${B}: median ${med.toFixed(1)} ms min ${all[0]!.toFixed(1)}, ${(macs.n / n / 1e9).toFixed(3)} GMAC/step, ${(macs.n / n / med / 1e6).toFixed(2)} GMAC/s, cpu ${((cpu.user + cpu.system) / 1e3 / n).toFixed(1)} ms, tensors ${tf.memory().numTensors} heap ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB wasm ${((tf.backend() as any).wasm.asm.memory.buffer.byteLength / 1e6).toFixed(0)} MB`,
);
if (profile) {
  let sum = 0;
  for (const [k, [t, c]] of [...times].sort((a, b) => b[1][0] - a[1][0]).slice(0, 22)) {
    console.log(k.padEnd(34), (t / n).toFixed(2), "ms", (c / n).toFixed(0));
  }
  for (const [, [t]] of times) sum += t;
  console.log("kernels", (sum / n).toFixed(1));
}
