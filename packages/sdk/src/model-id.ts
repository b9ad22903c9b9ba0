/**
 * The model ids that a registry's type names: `id` of a list of manifests (`as const`), or the keys of an object or a map.
 *
 * @example
 * ```ts
 * const registry = [{ id: "summer2winter" }, { id: "winter2summer" }] as const;
 * const client = new Unpaired<typeof registry>({ baseUrl });
 * client.translate(image, { model: "summer2winter" });
 * ```
 */
export type ModelIdOf<Registry> = Registry extends readonly { readonly id: infer Id extends string }[]
  ? Id
  : Registry extends ReadonlyMap<infer Id extends string, unknown>
    ? Id
    : keyof Registry & string;

/** A registry nothing is known of: any id will do. Every registry is one, so that every client is an `Unpaired`. */
export type AnyRegistry =
  | Readonly<Record<string, unknown>>
  | readonly { readonly id: string }[]
  | ReadonlyMap<string, unknown>;
