// What Emscripten makes of wasm/bindings.cc; build.mjs says where it lies.
declare module '#ferrite-module' {
  interface ModuleOptions {
    locateFile(file: string): string;
    instantiateWasm(imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void): object;
  }
  const createFerrite: (options: ModuleOptions) => Promise<import('./engine.js').FerriteModule>;
  export default createFerrite;
}
