import { ConfigError } from "../errors.ts";
import { paperRecipe } from "./paper.ts";
import type { Recipe } from "./recipe.ts";
import { seasons } from "./seasons.ts";

const withoutIdentity = { loss: { identityWeight: 0 } } as const;
const withIdentity = { loss: { identityWeight: 0.5 } } as const;

function style(name: string, artist: string): Recipe {
  return paperRecipe({
    name,
    dataSet: `${name}2photo`,
    summary: `collection style transfer: photographs in the manner of ${artist}`,
    settings: withoutIdentity,
  });
}

/**
 * Every recipe, the default first. Identity losses are the paper's: on where paintings or phone pictures become
 * photographs, off elsewhere, except that the reference's own default is kept for transfiguration.
 *
 * Source: arXiv 1703.10593, section 5.2 and appendix 7.2; figures of horse2zebra: mmagic model zoo.
 */
export const recipes: readonly Recipe[] = [
  seasons,
  style("monet", "Monet"),
  style("vangogh", "Van Gogh"),
  style("cezanne", "Cézanne"),
  style("ukiyoe", "ukiyo-e prints"),
  paperRecipe({
    name: "horse2zebra",
    dataSet: "horse2zebra",
    summary: "object transfiguration: horses ↔ zebras",
    settings: withIdentity,
    expected: [
      "FID of horse → zebra at 256 px: 62.1 (authors' weights), 64.5 (mmagic; 77.2 without identity)",
    ],
  }),
  paperRecipe({
    name: "apple2orange",
    dataSet: "apple2orange",
    summary: "object transfiguration: apples ↔ oranges",
    settings: withIdentity,
  }),
  paperRecipe({
    name: "summer2winter_yosemite",
    dataSet: "summer2winter_yosemite",
    summary: "season transfer: Yosemite in summer ↔ in winter",
    settings: withoutIdentity,
  }),
  paperRecipe({
    name: "monet2photo",
    dataSet: "monet2photo",
    summary: "photographs from Monet's paintings; identity keeps their colours",
    settings: withIdentity,
    // Paintings at their own size: brush strokes must not be scaled away.
    reading: { preprocess: "crop" },
  }),
  paperRecipe({
    name: "iphone2dslr_flower",
    dataSet: "iphone2dslr_flower",
    summary: "photo enhancement: flowers by phone → with a shallow depth of field",
    settings: withIdentity,
    reading: { preprocess: "crop" },
  }),
  paperRecipe({
    name: "maps",
    dataSet: "maps",
    summary: "aerial photographs ↔ maps",
    settings: withoutIdentity,
    expected: ["fakes taken for real: 26.8 ± 2.8 % (map → photo), 23.2 ± 3.4 % (photo → map)"],
  }),
  paperRecipe({
    name: "facades",
    dataSet: "facades",
    summary: "facades ↔ their architectural labels",
    settings: withoutIdentity,
  }),
  paperRecipe({
    name: "cityscapes",
    dataSet: "cityscapes",
    summary: "street scenes ↔ their semantic labels, at 128 px",
    settings: { ...withoutIdentity, generator: { blocks: 6 } },
    reading: { loadSizePixels: 143, cropSizePixels: 128 },
    expected: [
      "labels → photo, FCN score: per-pixel 0.52, per-class 0.17, class IoU 0.11",
      "photo → labels: per-pixel 0.58, per-class 0.22, class IoU 0.16",
    ],
  }),
];

/** @throws ConfigError `unknown_recipe` */
export function recipeNamed(name: string): Recipe {
  const found = recipes.find((recipe) => recipe.name === name);
  if (found) return found;
  throw new ConfigError(
    `There is no recipe ${JSON.stringify(name)}; take one of ${recipes.map((recipe) => recipe.name).join(", ")}.`,
    { code: "unknown_recipe" },
  );
}
