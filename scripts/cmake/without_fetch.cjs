// Preloaded when ctest runs a WebAssembly test: older Emscripten takes the
// presence of fetch for a sign that files are to be fetched by URL.
delete globalThis.fetch;
