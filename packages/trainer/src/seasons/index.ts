export { classColours, classId, type SceneClass, sceneClasses } from "./classes.ts";
export { type Season, seasons } from "./palette.ts";
export {
  renderLabels,
  renderScene,
  type SceneLabels,
  type SceneOptions,
  type SceneView,
  viewScene,
} from "./render.ts";
export {
  type SeasonsDataSet,
  type SynthesizeSeasonsOptions,
  type SynthesizeSeasonsProgress,
  synthesizeSeasons,
} from "./synthesize.ts";
export {
  type SeasonsLabelsDataSet,
  type SynthesizeSeasonsLabelsOptions,
  synthesizeSeasonsLabels,
} from "./synthesize-labels.ts";
