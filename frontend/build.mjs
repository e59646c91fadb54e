// Bundles the front end into core/web/static/dist: every file named by its content's hash, and a
// manifest.json that maps logical names ("app.js") to those files.
import { build } from "esbuild";
import { readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const frontend = path.dirname(fileURLToPath(import.meta.url));
const dist = path.resolve(frontend, "../core/web/static/dist");

const entries = ["app.js", "theme.js", "passkey.js", "app.css", "app.rtl.css", "favicon.svg"];

const { metafile } = await build({
  entryPoints: entries.map((name) => path.join(frontend, name)),
  outdir: dist,
  bundle: true,
  minify: true,
  metafile: true,
  legalComments: "linked",
  format: "iife",
  target: ["chrome111", "firefox113", "safari16.4"],
  loader: { ".woff2": "file", ".woff": "empty", ".svg": "copy" },
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  logLevel: "warning",
});

const manifest = {};
for (const [output, { entryPoint }] of Object.entries(metafile.outputs)) {
  if (entryPoint) manifest[path.basename(entryPoint)] = path.basename(output);
}
const missing = entries.filter((name) => !(name in manifest));
if (missing.length) throw new Error(`not built: ${missing.join(", ")}`);

// The manifest changes in one step and after the files it names: a server that runs meanwhile
// never reads half of it.
const kept = new Set(Object.keys(metafile.outputs).map((output) => path.basename(output)));
const draft = path.join(dist, "manifest.json.new");
await writeFile(draft, JSON.stringify(manifest, null, 2) + "\n");
await rename(draft, path.join(dist, "manifest.json"));
for (const name of await readdir(dist)) {
  if (name !== "manifest.json" && !kept.has(name)) await rm(path.join(dist, name));
}
