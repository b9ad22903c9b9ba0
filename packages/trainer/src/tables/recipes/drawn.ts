import { synthesizeSeasonsLabels } from "../../seasons/index.ts";
import { deriveScenes } from "./derived-scenes.ts";
import { lit, painted } from "./paint-scene.ts";
import {
  invalid,
  type PrepareTableOptions,
  type ResolvedOptions,
  refuse,
  type TableRecipe,
} from "./table-recipe.ts";

/** Drawn summer scenes as label maps and as photos. */
export function seasonsLabels(options: ResolvedOptions): TableRecipe {
  refuseFolder(options);
  const { sizePixels, steps, scenes: count = 200, holdout = 40, segmenterSteps = 600 } = options;
  const drawing = { count, holdout, seed: 1 };
  return {
    name: "seasons-labels",
    domains: { A: "labels", B: "photo" },
    methods: "all",
    ...{ sizePixels, steps, segmenterSteps, paired: true },
    data: drawing,
    pictures: 2 * (count + holdout),
    check: async () => {},
    prepare: ({ folder, signal, onProgress }) =>
      synthesizeSeasonsLabels({
        ...{ directory: folder, size: sizePixels, signal, ...drawing },
        onProgress: ({ done, total }) => onProgress(done, total),
      }),
  };
}

/** What the paper says its method cannot do: a change of geometry. */
export function turned(options: ResolvedOptions): TableRecipe {
  return derived(options, {
    name: "turned",
    domains: { A: "upright", B: "turned" },
    methods: "cyclegan,pix2pix",
    derive: { B: (scene) => scene.flip() },
  });
}

/** What the paper has the identity loss for: photos from paintings, in the light they were painted in. */
export function paintings(options: ResolvedOptions): TableRecipe {
  return derived(options, {
    name: "paintings",
    domains: { A: "painting", B: "photo" },
    methods: "cyclegan,cyclegan-identity",
    derive: { A: painted, B: lit },
  });
}

function derived(
  options: ResolvedOptions,
  {
    derive,
    ...recipe
  }: Pick<TableRecipe, "name" | "domains" | "methods"> & {
    readonly derive: Parameters<typeof deriveScenes>[0]["derive"];
  },
): TableRecipe {
  refuseFolder(options);
  refuse(options, ["segmenterSteps"], "seasons-labels");
  const { sizePixels, steps, scenes: count = 200, holdout = 40 } = options;
  const drawing = { count, holdout, seed: 1 };
  return {
    ...recipe,
    ...{ sizePixels, steps, paired: true },
    data: drawing,
    pictures: (2 + Object.keys(derive).length) * (count + holdout),
    check: async () => {},
    prepare: ({ folder, ...watching }: PrepareTableOptions) =>
      deriveScenes({ directory: folder, size: sizePixels, derive, ...drawing, ...watching }),
  };
}

function refuseFolder({ recipe, data, domains }: ResolvedOptions): void {
  if (data === undefined && domains === undefined) return;
  const stray = data === undefined ? "domains" : "data";
  throw invalid(
    `${recipe} draws its data; leave --${stray} out, or choose --recipe maps, pairs or unpaired.`,
  );
}
