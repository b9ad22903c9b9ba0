import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Makes V8 collect garbage when it makes up a fifth of what is alive. Left to itself it lets a training step's garbage,
 * which is old when it dies, pile up to several times that.
 */
export function keepMemorySteady(): void {
  setFlagsFromString("--heap-growing-percent=20");
  // The share counts from the first full collection on, which is otherwise hundreds of steps away.
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}
