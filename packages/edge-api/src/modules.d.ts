// What the Workers bundler makes of imports that TypeScript does not know.
declare module "*.wasm" {
  const module: WebAssembly.Module;
  // biome-ignore lint/style/noDefaultExport: the bundler's shape, not ours
  export default module;
}

declare module "*.bin" {
  const bytes: ArrayBuffer;
  // biome-ignore lint/style/noDefaultExport: the bundler's shape, not ours
  export default bytes;
}

declare module "*.html" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: the bundler's shape, not ours
  export default text;
}

declare module "cloudflare:workers" {
  export const env: import("./access/guard-access.ts").AccessBindings &
    Partial<import("./jobs/bindings.ts").JobBindings> & {
      readonly REGISTRY: import("./model-registry/bucket.ts").RegistryBucket;
      readonly IMAGES?: import("./codecs/shrink-image.ts").ImagesBinding;
    };
}
