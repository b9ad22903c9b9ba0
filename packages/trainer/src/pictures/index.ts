export { type LabelledGridOptions, labelledGrid } from "./labelled-grid.ts";
export { type LetteringOptions, lettering, measureLettering } from "./lettering.ts";
