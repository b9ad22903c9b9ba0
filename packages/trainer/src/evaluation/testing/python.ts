import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("./reference.py", import.meta.url));

/** What tests say where they skip. */
export const pythonNeeded = "skipped where python3 lacks numpy, scipy, scikit-learn or scikit-image";

/** Whether python3 has what the reference needs. */
export function hasPython(): boolean {
  return ask({ metric: "present" }).status === 0;
}

/** Asks the reference for a metric; `Answer` is what that metric prints. */
export function reference<Answer>(request: {
  readonly metric: string;
  readonly [key: string]: unknown;
}): Answer {
  const { status, stdout, stderr } = ask(request);
  if (status !== 0) throw new Error(`reference.py: ${stderr}`);
  return JSON.parse(stdout) as Answer;
}

function ask(request: object) {
  return spawnSync("python3", [script], { input: JSON.stringify(request), encoding: "utf8" });
}
