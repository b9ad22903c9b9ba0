import type { NetworkSpec } from "@unpaired/core";

/** Where the reference keeps a convolution and the norm behind it: prefixes of its tensors' names. */
export interface ReferencePlace {
  readonly conv: string;
  /** Absent where no norm can stand behind the convolution. */
  readonly norm?: string;
}

/** Places by the id of the convolution's node in our description. */
export type ReferencePlaces = ReadonlyMap<string, ReferencePlace>;

/**
 * Module numbers of the reference's `ResnetGenerator` and of GAN Compression's mobile ones.
 *
 * @param separable residual convs are depthwise, norm, pointwise
 * @param dropout a dropout layer stands in every block and shifts the modules behind it
 */
function resnetPlaces({
  blocks,
  separable,
  dropout,
}: {
  blocks: number;
  separable: boolean;
  dropout: boolean;
}): ReferencePlaces {
  const stage = (index: number) => ({ conv: `model.${index}`, norm: `model.${index + 1}` });
  const places = new Map<string, ReferencePlace>([
    ["stem", stage(1)],
    ["down1", stage(4)],
    ["down2", stage(7)],
  ]);
  // Padding, conv, norm, ReLU (and dropout) stand in front of the second padding.
  const second = dropout || separable ? 6 : 5;
  for (let block = 1; block <= blocks; block++) {
    const inside = `model.${9 + block}.conv_block`;
    for (const [part, index] of [["conv1", 1] as const, ["conv2", second] as const]) {
      const id = `block${block}/${part}`;
      const norm = `${inside}.${index + 1}`;
      if (separable) {
        const conv = `${inside}.${index}.conv`;
        places.set(`${id}/depthwise`, { conv: `${conv}.0`, norm: `${conv}.1` });
        places.set(`${id}/pointwise`, { conv: `${conv}.2`, norm });
      } else {
        places.set(id, { conv: `${inside}.${index}`, norm });
      }
    }
  }
  places.set("up1", stage(10 + blocks));
  places.set("up2", stage(13 + blocks));
  places.set("head", { conv: `model.${17 + blocks}` });
  return places;
}

/** Module numbers of the reference's `UnetGenerator`, whose levels lie in one another. */
function unetPlaces({ depth }: { depth: number }): ReferencePlaces {
  const places = new Map<string, ReferencePlace>();
  for (let level = 1; level <= depth; level++) {
    const inside = unetLevel(level);
    if (level === 1) {
      places.set("down1", { conv: `${inside}.0` });
      places.set("up1", { conv: `${inside}.3` });
    } else if (level === depth) {
      places.set(`down${level}`, { conv: `${inside}.1` });
      places.set(`up${level}`, { conv: `${inside}.3`, norm: `${inside}.4` });
    } else {
      places.set(`down${level}`, { conv: `${inside}.1`, norm: `${inside}.2` });
      places.set(`up${level}`, { conv: `${inside}.5`, norm: `${inside}.6` });
    }
  }
  return places;
}

/** Prefix of a U-Net level's modules; 1 is the outermost. */
export function unetLevel(level: number): string {
  return level === 1 ? "model.model" : `model.model.1.model${".3.model".repeat(level - 2)}`;
}

/** Module numbers of the reference's `NLayerDiscriminator`. */
function patchPlaces({ layers }: { layers: number }): ReferencePlaces {
  const places = new Map<string, ReferencePlace>([["patch1", { conv: "model.0" }]]);
  for (let layer = 1; layer <= layers; layer++) {
    places.set(`patch${layer + 1}`, { conv: `model.${3 * layer - 1}`, norm: `model.${3 * layer}` });
  }
  places.set("logits", { conv: `model.${3 * layers + 2}` });
  return places;
}

/** Module numbers of the reference's `PixelDiscriminator`. */
const pixelPlaces: ReferencePlaces = new Map([
  ["pixel1", { conv: "net.0" }],
  ["pixel2", { conv: "net.2", norm: "net.3" }],
  ["logits", { conv: "net.5" }],
]);

/**
 * Where the reference keeps the convolutions of a network as our builders describe it.
 *
 * @returns undefined when the reference has no such network
 */
export function referencePlaces(spec: NetworkSpec): ReferencePlaces | undefined {
  const ids = new Set(spec.nodes.map(({ id }) => id));
  const count = (pattern: (index: number) => string) => {
    let index = 0;
    while (ids.has(pattern(index + 1))) index++;
    return index;
  };
  const places = ids.has("stem")
    ? resnetPlaces({
        blocks: count((index) => `block${index}`),
        separable: ids.has("block1/conv1/depthwise"),
        dropout: spec.nodes.some(({ op }) => op === "dropout"),
      })
    : ids.has("up1")
      ? unetPlaces({ depth: count((index) => `up${index}`) })
      : ids.has("patch1")
        ? patchPlaces({ layers: count((index) => `patch${index}`) - 1 })
        : ids.has("pixel1")
          ? pixelPlaces
          : new Map();
  const convolutions = spec.nodes.filter((node) => "kernel" in node);
  const isWhole = convolutions.length === places.size && convolutions.every(({ id }) => places.has(id));
  // Nearest-neighbour enlargement is this project's own; the reference only has transposed convolutions.
  return isWhole && spec.nodes.every(({ op }) => op !== "resize") ? places : undefined;
}
