import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const top = fileURLToPath(new URL("../../", import.meta.url));

for (const folder of ["web/panel", "web/devtools"]) {
  test(`${folder} is typed strictly`, () => {
    execFileSync("node_modules/.bin/tsc", ["-p", folder], { cwd: top, stdio: "inherit" });
  });
}
