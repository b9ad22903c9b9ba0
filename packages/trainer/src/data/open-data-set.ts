import { type AlignedDataSet, type AlignedDataSetOptions, openAlignedDataSet } from "./aligned.ts";
import { openSingleDataSet, type SingleDataSet, type SingleDataSetOptions } from "./single.ts";
import { openUnalignedDataSet, type UnalignedDataSet, type UnalignedDataSetOptions } from "./unaligned.ts";

/** What a data set is opened from, by its mode. */
export type DataSetOptions =
  | ({ readonly mode: "unaligned" } & UnalignedDataSetOptions)
  | ({ readonly mode: "aligned" } & AlignedDataSetOptions)
  | ({ readonly mode: "single" } & SingleDataSetOptions);

/** An open data set. */
export type DataSet = UnalignedDataSet | AlignedDataSet | SingleDataSet;

/**
 * Opens a data set of any mode; every file's header is checked before this returns.
 *
 * @throws DataError naming the folder, file or pair that cannot be used
 * @throws InvalidArgumentError when a setting is out of range
 */
export async function openDataSet<Mode extends DataSet["mode"]>(
  options: DataSetOptions & { readonly mode: Mode },
): Promise<Extract<DataSet, { readonly mode: Mode }>>;
export async function openDataSet(options: DataSetOptions): Promise<DataSet> {
  switch (options.mode) {
    case "unaligned":
      return openUnalignedDataSet(options);
    case "aligned":
      return openAlignedDataSet(options);
    case "single":
      return openSingleDataSet(options);
  }
}
