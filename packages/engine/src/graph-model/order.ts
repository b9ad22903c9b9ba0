import { invalidModel, printable } from "../errors.ts";
import type { RawNode } from "./attributes.ts";

/**
 * The nodes, each after everything it reads (Kahn's algorithm).
 *
 * @throws EngineError `invalid_model` for a repeated name, an input nobody produces, or a cycle
 */
export function inReadingOrder(nodes: readonly RawNode[]): RawNode[] {
  const positions = new Map<string, number>();
  for (const [position, { name }] of nodes.entries()) {
    if (positions.has(name))
      throw invalidModel(`Two nodes are called "${printable(name)}"; names must differ.`);
    positions.set(name, position);
  }
  const readers: number[][] = nodes.map(() => []);
  const waitingFor = nodes.map(({ inputs }) => inputs.length);
  for (const [position, { name, inputs }] of nodes.entries()) {
    for (const input of inputs) {
      const source = positions.get(input);
      if (source === undefined) {
        throw invalidModel(
          `"${printable(name)}" reads "${printable(input)}", which the model does not have.`,
        );
      }
      readers[source]!.push(position);
    }
  }
  const ready = [...nodes.keys()].filter((position) => waitingFor[position] === 0);
  const ordered: RawNode[] = [];
  for (let next = 0; next < ready.length; next++) {
    const position = ready[next]!;
    ordered.push(nodes[position]!);
    for (const reader of readers[position]!) {
      waitingFor[reader]!--;
      if (waitingFor[reader] === 0) ready.push(reader);
    }
  }
  if (ordered.length < nodes.length) {
    const stuck = nodes.find((_, position) => waitingFor[position]! > 0)!;
    throw invalidModel(`"${printable(stuck.name)}" depends on itself; the graph must not have cycles.`);
  }
  return ordered;
}
