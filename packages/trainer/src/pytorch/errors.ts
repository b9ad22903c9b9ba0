import { UnpairedError } from "@unpaired/core";

/** Why a PyTorch file was not taken. */
export type PytorchFileErrorCode =
  /** Not a file `torch.save` writes. */
  | "not_pytorch"
  /** Cut off, inconsistent or lying about sizes. */
  | "damaged_pytorch_file"
  /** Holds what a state dict never holds: code, unknown classes, other pickle instructions. */
  | "forbidden_pickle"
  /** Whole and harmless, but not of a kind that is read. */
  | "unsupported_pytorch_file"
  /** The tensors' names are those of no known network. */
  | "unknown_network"
  /** A tensor is missing, of another shape, or one too many. */
  | "tensor_mismatch";

/** A PyTorch file cannot be read or written as a network of this project. */
export class PytorchFileError extends UnpairedError {
  override readonly name = "PytorchFileError";

  constructor(code: PytorchFileErrorCode, message: string, cause?: unknown) {
    super(message, { code, cause });
  }
}

/** Makes the error for one file; the sentence goes on after the file's name. */
export type Complain = (code: PytorchFileErrorCode, what: string, cause?: unknown) => PytorchFileError;

/** Complaints about a file, which every message names. */
export function complainAbout(source: string): Complain {
  return (code, what, cause) => new PytorchFileError(code, `${source} ${what}`, cause);
}
