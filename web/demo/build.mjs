// Bundles every page of web/demo into build/demo. Run from anywhere: node web/demo/build.mjs
import { cp, mkdir, readdir, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as esbuild from "esbuild";

const source = fileURLToPath(new URL(".", import.meta.url));
export const output = fileURLToPath(new URL("../../build/demo/", import.meta.url));

/** A page is an .html file here; the .ts file of the same name, if there is one, is its script. */
export async function buildDemo() {
  const files = await readdir(source);
  const pages = files.filter((file) => file.endsWith(".html"));
  const names = pages.map((page) => page.slice(0, -".html".length)).filter((name) => existsSync(join(source, `${name}.ts`)));
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  await esbuild.build({
    entryPoints: [
      ...names.map((name) => ({ in: join(source, `${name}.ts`), out: name })),
      { in: join(source, "data/expected.ts"), out: "expected" },
    ],
    outdir: output,
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    sourcemap: true,
    define: { "process.env.NODE_ENV": '"production"' },
    // The package is served beside the page, as its built files, so that a page runs what users install.
    external: ["/ferrite/*"],
    logLevel: "warning",
  });
  const assets = files.filter((file) => /\.(html|css|svg)$/.test(file) || file === "plan.json");
  await Promise.all(assets.map((file) => cp(join(source, file), join(output, file))));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await buildDemo();
  console.log(`demo built in ${output}`);
}
