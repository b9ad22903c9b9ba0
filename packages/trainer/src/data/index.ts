export { type AlignedDataSet, type AlignedDataSetOptions, openAlignedDataSet } from "./aligned.ts";
export {
  defaultLimitPixels,
  defaultSmallestSidePixels,
  type ImageFacts,
  type ImageLimits,
  type ImageSize,
  inspectImage,
  readImage,
  readRaster,
} from "./decode.ts";
export { computeDomainStatistics } from "./domain-statistics.ts";
export { encodeImage } from "./encode.ts";
export { DataError, type DataErrorCode } from "./errors.ts";
export { listImages } from "./list-images.ts";
export { type DataSet, type DataSetOptions, openDataSet } from "./open-data-set.ts";
export { fromModelRange, type Picture, toModelRange } from "./picture.ts";
export { type Preprocessing, type PreprocessName, preprocessNames } from "./preprocess.ts";
export { type ChannelCount, type Raster, toGrey, toPicture } from "./raster.ts";
export { resample } from "./resample.ts";
export { resize } from "./resize.ts";
export {
  openSingleDataSet,
  type SingleBatch,
  type SingleDataSet,
  type SingleDataSetOptions,
} from "./single.ts";
export type { DomainSide, TrainingBatch, TrainingDataSet } from "./training-data-set.ts";
export { openUnalignedDataSet, type UnalignedDataSet, type UnalignedDataSetOptions } from "./unaligned.ts";
