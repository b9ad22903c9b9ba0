import { loadFirst, madd, storeFirst } from "./simd";

/**
 * Computes the gradient of relu (slope 0) or leaky relu from its output: dx = dy where y > 0, slope·dy elsewhere;
 * `dx` may be `dy`.
 */
export function reluGradient(dy: usize, y: usize, dx: usize, count: i32, slope: f32): void {
  const slopes = f32x4.splat(slope);
  const zero = f32x4.splat(0);
  for (let i = 0; i < count; i += 4) {
    const offset: usize = i << 2;
    const width = min(4, count - i);
    const g = loadFirst(dy + offset, width);
    const open = f32x4.gt(loadFirst(y + offset, width), zero);
    storeFirst(dx + offset, v128.bitselect(g, f32x4.mul(g, slopes), open), width);
  }
}

/**
 * Makes one Adam step on `count` weights: m' = β1·m + (1 - β1)·g, v' = β2·v + (1 - β2)·g²,
 * w' = w - stepSize·m' / (√v'·deviationScale + ε). The caller gives stepSize = learning rate / (1 - β1ᵗ) and
 * deviationScale = 1 / √(1 - β2ᵗ). Outputs may be the inputs. Source: arXiv 1412.6980; PyTorch `torch.optim.Adam`.
 */
export function adamUpdate(
  weight: usize,
  m: usize,
  v: usize,
  gradient: usize,
  newWeight: usize,
  newM: usize,
  newV: usize,
  count: i32,
  beta1: f64,
  beta2: f64,
  epsilon: f64,
  stepSize: f64,
  deviationScale: f64,
): void {
  const keep1 = f32x4.splat(<f32>beta1);
  const keep2 = f32x4.splat(<f32>beta2);
  const take1 = f32x4.splat(<f32>(1 - beta1));
  const take2 = f32x4.splat(<f32>(1 - beta2));
  const floor = f32x4.splat(<f32>epsilon);
  const steps = f32x4.splat(<f32>-stepSize);
  const scales = f32x4.splat(<f32>deviationScale);
  for (let i = 0; i < count; i += 4) {
    const offset: usize = i << 2;
    const width = min(4, count - i);
    const g = loadFirst(gradient + offset, width);
    const first = madd(g, take1, f32x4.mul(loadFirst(m + offset, width), keep1));
    const second = madd(f32x4.mul(g, g), take2, f32x4.mul(loadFirst(v + offset, width), keep2));
    const deviation = madd(f32x4.sqrt(second), scales, floor);
    const w = madd(f32x4.div(first, deviation), steps, loadFirst(weight + offset, width));
    storeFirst(newM + offset, first, width);
    storeFirst(newV + offset, second, width);
    storeFirst(newWeight + offset, w, width);
  }
}
