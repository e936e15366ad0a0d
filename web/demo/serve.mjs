// A static file server for the demo and for tests, on the loopback address only.
// Run: node web/demo/serve.mjs [port]
import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/**
 * `roots` maps path prefixes that end in "/" to folders; the longest matching prefix wins. Port 0 takes a free one.
 * `isolated` paths are served so that their pages are cross-origin isolated. Answers { url, close }.
 */
export async function serve({ roots, port = 0, isolated = () => false }) {
  const mounts = Object.entries(roots).sort(([a], [b]) => b.length - a.length);
  const server = createServer((request, response) => {
    answer(mounts, isolated, request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); }),
  };
}

async function answer(mounts, isolated, request, response) {
  if (request.method !== "GET" && request.method !== "HEAD") return end(response, 405);
  const file = await find(mounts, request.url);
  if (!file) return end(response, 404);
  const { size } = await stat(file);
  response.writeHead(200, {
    "Content-Type": TYPES[extname(file)] ?? "application/octet-stream",
    "Content-Length": size,
    "Cache-Control": "no-store",
    ...(isolated(request.url) ? ISOLATION : {}),
  });
  if (request.method === "HEAD") return response.end();
  createReadStream(file).on("error", () => response.destroy()).pipe(response);
}

/** A file is served only if its real path, links followed, lies inside the folder that was mounted. */
async function find(mounts, url) {
  try {
    const path = decodeURIComponent(new URL(url, "http://localhost").pathname);
    const mount = mounts.find(([prefix]) => path.startsWith(prefix));
    if (!mount) return undefined;
    const folder = await realpath(mount[1]);
    const rest = path.slice(mount[0].length);
    const file = await realpath(join(folder, rest === "" || rest.endsWith("/") ? `${rest}index.html` : rest));
    return file.startsWith(folder + sep) && (await stat(file)).isFile() ? file : undefined;
  } catch {
    return undefined;
  }
}

function end(response, status) {
  response.writeHead(status, { "Content-Type": "text/plain" });
  response.end(`${status}\n`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const folder = (path) => fileURLToPath(new URL(path, import.meta.url));
  const roots = { "/": folder("../../build/demo/"), "/ferrite/": folder("../dist/") };
  const { url } = await serve({ roots, port: Number(process.argv[2] ?? 0) });
  console.log(url);
}
