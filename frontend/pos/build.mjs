// Bundles the till into addons/pos/static. The server names the files by their content, so they keep
// plain names here; each is replaced in one step, as a server may be reading meanwhile.
import { build } from "esbuild";
import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));

export async function buildTill(folder) {
  await mkdir(folder, { recursive: true });
  const { outputFiles } = await build({
    entryPoints: ["head.js", "till.jsx", "till.css", "sw.js", "journal.js"].map((name) => path.join(here, name)),
    outdir: folder,
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    target: ["chrome111", "firefox113", "safari16.4"],
    loader: { ".svg": "text" },
    logLevel: "warning",
  });
  for (const { path: file, contents } of outputFiles) {
    await writeFile(`${file}.new`, contents);
    await rename(`${file}.new`, file);
  }
}
