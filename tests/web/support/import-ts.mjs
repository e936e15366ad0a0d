// Imports a TypeScript module of the web package, bundled on the fly.
import { build } from "esbuild";
import { fileURLToPath } from "node:url";

/** `path` is relative to the repository. */
export async function importTs(path) {
  const entry = fileURLToPath(new URL(`../../../${path}`, import.meta.url));
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: "esm", target: "es2022", write: false });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}
