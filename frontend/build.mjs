// Bundles the front end into core/web/static/dist: every file named by its content's hash, and a
// manifest.json that maps logical names ("app.js") to those files.
import { build } from "esbuild";
import { readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { bootstrapParts } from "./bootstrap-parts.mjs";
import { writeIcons } from "./icons.mjs";
import { copyPaperFonts } from "./paper-fonts.mjs";
import { buildTill } from "./pos/build.mjs";
import { cutFonts } from "./web-fonts.mjs";

const frontend = path.dirname(fileURLToPath(import.meta.url));
const dist = path.resolve(frontend, "../core/web/static/dist");

// Modules share pieces and load each other when they are needed; the others stand alone.
const modules = ["app.js"];
const entries = ["head.js", "passkey.js", "app.css", "app.rtl.css", "more.css", "displays.css", "dashboard.css", "closing.css", "bank.css", "settling.css", "reports.css", "fonts.css", "favicon.svg"];

const options = {
  outdir: dist,
  bundle: true,
  minify: true,
  metafile: true,
  legalComments: "linked",
  target: ["chrome111", "firefox113", "safari16.4"],
  loader: { ".woff2": "file", ".woff": "empty", ".svg": "copy" },
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  logLevel: "warning",
  plugins: [bootstrapParts, cutFonts],
};
const pathOf = (name) => path.join(frontend, name);
const built = await Promise.all([
  build({ ...options, entryPoints: modules.map(pathOf), format: "esm", splitting: true }),
  build({ ...options, entryPoints: entries.map(pathOf), format: "iife" }),
]);
const outputs = Object.entries(Object.assign({}, ...built.map(({ metafile }) => metafile.outputs)));

const logical = new Set([...modules, ...entries]);
const manifest = {};
for (const [output, { entryPoint }] of outputs) {
  const name = entryPoint && path.relative(frontend, path.resolve(entryPoint));
  if (logical.has(name)) manifest[name] = path.basename(output);
}
const missing = [...logical].filter((name) => !(name in manifest));
if (missing.length) throw new Error(`not built: ${missing.join(", ")}`);

await writeIcons(frontend, dist);
// The manifest changes in one step and after the files it names: a server that runs meanwhile
// never reads half of it.
const kept = new Set(["icons.json", ...outputs.map(([output]) => path.basename(output))]);
const draft = path.join(dist, "manifest.json.new");
await writeFile(draft, JSON.stringify(manifest, null, 2) + "\n");
await rename(draft, path.join(dist, "manifest.json"));
for (const name of await readdir(dist)) {
  if (name !== "manifest.json" && !kept.has(name)) await rm(path.join(dist, name));
}
await copyPaperFonts(path.resolve(frontend, ".."));
await buildTill(path.resolve(frontend, "../addons/pos/static"));
