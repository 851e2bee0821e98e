// Bundles what package-lock.json names into the dashboard's static/vendor folder, so that
// whoever builds a dashboard needs no Node.js. Run by `make frontend`.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target =
  process.argv[2] ?? join(here, "../include/daily_papers/publish/dashboard/static/vendor");
const used = new Set();

async function bundle(entry, options) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    legalComments: "none",
    metafile: true,
    write: false,
    ...options,
  });
  for (const path of Object.keys(result.metafile.inputs)) {
    const name = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
    if (name) used.add(name);
  }
  return result.outputFiles[0].contents;
}

function listLicences() {
  const parts = ["Third-party code in this folder, with its licences. Made by frontend/bundle.mjs.\n"];
  for (const name of [...used].sort()) {
    const folder = join(here, "node_modules", name);
    const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const text = ["LICENSE", "LICENSE.md", "LICENSE.txt"]
      .map((file) => {
        try {
          return readFileSync(join(folder, file), "utf8");
        } catch {
          return null;
        }
      })
      .find(Boolean);
    if (!text) throw new Error(`${name} ${about.version} comes without a licence text`);
    parts.push(`${"=".repeat(78)}\n${name} ${about.version} (${about.license})\n\n${text.trim()}\n`);
  }
  parts.push(
    `${"=".repeat(78)}\nSQLite, compiled into sql.js: public domain (https://sqlite.org/copyright.html)\n`,
  );
  return parts.join("\n");
}

mkdirSync(target, { recursive: true });
const charts = await bundle("charts.js", { globalName: "Plot" });
writeFileSync(join(target, "plot.js"), charts);
const worker = await bundle("sqlite_worker.js", {
  loader: { ".wasm": "binary" },
  external: ["fs", "path", "crypto", "node:*"],
});
// As data, not as code: a page opened from disk may start a worker only from a text it holds.
const packed = Buffer.from(gzipSync(worker, { level: 9 })).toString("base64");
writeFileSync(
  join(target, "sqlite_worker.js"),
  `dailyPapers.receive("sqlite_worker", "${packed}");\n`,
);
writeFileSync(join(target, "LICENCES.txt"), listLicences());
