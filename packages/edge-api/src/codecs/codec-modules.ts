/** Compiled WebAssembly of the codecs; a Worker may only run modules it was deployed with. */
export interface CodecModules {
  readonly jpegDecoder: WebAssembly.Module;
  readonly pngEncoder: WebAssembly.Module;
  readonly webpDecoder: WebAssembly.Module;
  readonly webpEncoder: WebAssembly.Module;
}
