import { type ProblemCode, problemSchema } from "@unpaired/core/contracts";

/** The whole problem a response is, checked against the contract. */
export async function problemOf(
  response: Response,
): Promise<{ status: number; code: ProblemCode; detail: string }> {
  const { status, code, detail } = problemSchema.parse(await response.json());
  if (status !== response.status) throw new Error(`Problem ${code} says ${status}, HTTP ${response.status}`);
  return { status, code, detail };
}
