// Builds the extension into build/devtools, ready for --load-extension:
//   node web/devtools/build.mjs
// Needs web/dist (web/build.mjs makes it).
import { build } from "esbuild";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { icon } from "./icon.mjs";

const folder = (path) => fileURLToPath(new URL(path, import.meta.url));
const source = folder(".");
export const output = folder("../../build/devtools/");

const bundle = (entry, name) =>
  build({
    entryPoints: [{ in: join(source, entry), out: name }],
    outdir: output,
    bundle: true,
    format: "iife",
    target: ["chrome123", "firefox126"],
    legalComments: "none",
    logLevel: "warning",
    // The client looks beside its own module for the worker only when it is not told where it is.
    logOverride: { "empty-import-meta": "silent" },
  });

export async function buildDevtools() {
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  await Promise.all([
    bundle("devtools.ts", "devtools"), bundle("panel.ts", "panel"), bundle("bridge/install.ts", "bridge"),
  ]);
  for (const file of ["manifest.json", "devtools.html", "panel.html", "page.css"]) await cp(join(source, file), join(output, file));
  await cp(folder("../panel/panel.css"), join(output, "panel.css"));
  for (const file of ["worker.js", "reader.js", "ferrite.wasm"]) await cp(folder(`../dist/${file}`), join(output, file));
  for (const size of [16, 48, 128]) await writeFile(join(output, `icon-${size}.png`), icon(size));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await buildDevtools();
  console.log(`extension built in ${output}`);
}
