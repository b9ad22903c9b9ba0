declare module "*.wasm" {
  const module: WebAssembly.Module;
  // biome-ignore lint/style/noDefaultExport: what an import of WebAssembly gives in workerd
  export default module;
}
