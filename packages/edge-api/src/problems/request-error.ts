import { UnpairedError } from "@unpaired/core";
import type { ProblemCode } from "@unpaired/core/contracts";

/** A request that cannot be answered as asked; `code` decides the status. */
export class RequestError extends UnpairedError {
  override readonly name = "RequestError";
  declare readonly code: ProblemCode;
  /** Headers the answer must carry beside the problem's own (`allow`). */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    message: string,
    { headers = {}, cause }: { headers?: Readonly<Record<string, string>>; cause?: unknown } = {},
  ) {
    super(message, { code, cause });
    this.headers = headers;
  }
}
