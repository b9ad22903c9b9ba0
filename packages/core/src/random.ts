/** A seeded source of random numbers whose whole state can be saved and restored. */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(): number;
  /** Standard normal (Box–Muller, one value per two uniforms so that the state stays four words). */
  normal(): number;
  /** Uniform integer in [0, bound). */
  integer(bound: number): number;
  /** Fisher–Yates permutation of 0 … length-1. */
  permutation(length: number): number[];
  /** An independent stream named by `label`; drawing from it does not move this one. */
  fork(label: string): Random;
  /** The four 32-bit words of state. */
  state(): RandomState;
}

export type RandomState = readonly [number, number, number, number];

/** xoshiro128** (Blackman & Vigna 2018), seeded through splitmix32. */
export function createRandom(seed: number): Random {
  return restoreRandom(seedState(seed));
}

/** Continues a stream from a state saved by {@link Random.state}. */
export function restoreRandom(state: RandomState): Random {
  let [a, b, c, d] = state;

  function next(): number {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotateLeft(d, 11);
    return result;
  }

  const random: Random = {
    uniform: () => next() / 2 ** 32,
    normal: () => {
      const radius = Math.sqrt(-2 * Math.log(1 - random.uniform()));
      return radius * Math.cos(2 * Math.PI * random.uniform());
    },
    integer: (bound) => Math.floor(random.uniform() * bound),
    permutation: (length) => {
      const order = Array.from({ length }, (_, index) => index);
      for (let index = length - 1; index > 0; index--) {
        const other = random.integer(index + 1);
        [order[index], order[other]] = [order[other]!, order[index]!];
      }
      return order;
    },
    fork: (label) => {
      let hash = a ^ rotateLeft(b, 8) ^ rotateLeft(c, 16) ^ rotateLeft(d, 24);
      for (let index = 0; index < label.length; index++) {
        hash = Math.imul(hash ^ label.charCodeAt(index), 0x01000193);
      }
      return restoreRandom(seedState(hash >>> 0));
    },
    state: () => [a >>> 0, b >>> 0, c >>> 0, d >>> 0],
  };
  return random;
}

function seedState(seed: number): RandomState {
  let z = seed >>> 0;
  const word = () => {
    z = (z + 0x9e3779b9) >>> 0;
    let x = z;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return (x ^ (x >>> 16)) >>> 0;
  };
  return [word(), word(), word(), word() | 1];
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
