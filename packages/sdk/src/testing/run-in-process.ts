/** Runs the behaviours in Node, Bun or Deno: surroundings as the first argument, outcomes as the last line printed. */
import { runBehaviours, type Surroundings } from "./behaviours.ts";

const { process } = globalThis as unknown as {
  readonly process: { readonly argv: readonly string[]; exit(code: number): void };
};
const surroundings = JSON.parse(process.argv[2]!) as Surroundings;
console.log(JSON.stringify(await runBehaviours(surroundings)));
process.exit(0);
