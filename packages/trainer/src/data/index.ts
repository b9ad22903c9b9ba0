export {
  defaultLimitPixels,
  defaultSmallestSidePixels,
  type ImageLimits,
  type ImageSize,
  inspectImage,
  readImage,
  readSquare,
} from "./decode.ts";
export { computeDomainStatistics } from "./domain-statistics.ts";
export { encodeImage } from "./encode.ts";
export { DataError, type DataErrorCode } from "./errors.ts";
export { listImages } from "./list-images.ts";
export { fromModelRange, type Picture, toModelRange } from "./picture.ts";
export { resize } from "./resize.ts";
export {
  type DomainSide,
  openUnalignedDataSet,
  type UnalignedBatch,
  type UnalignedDataSet,
  type UnalignedDataSetOptions,
} from "./unaligned.ts";
export {
  type PlannedImage,
  type PlannedStep,
  UnalignedPlan,
  type UnalignedPlanOptions,
} from "./unaligned-plan.ts";
