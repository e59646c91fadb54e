// Writes dist/icons.json: every sign of bootstrap-icons by its name, and those that our scripts put
// into pages. The server makes the style sheet of the signs in use from it (core/web/icons.py).
import { readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";

const IN_PATHS = / d="([^"]+)"/g;
const TOKEN = /[a-zA-Z]|-?(?:\d*\.\d+|\d+)/g;

// To a hundredth of the sixteen units that a sign is wide: no eye can tell, and it weighs less.
function rounded(path) {
  let [written, before] = ["", ""];
  for (const [token] of path.matchAll(TOKEN)) {
    const isNumber = !/[a-zA-Z]/.test(token);
    const short = isNumber ? String(Number(Number(token).toFixed(2))).replace(/^(-?)0\./, "$1.") : token;
    const stands = short.startsWith("-") || (short.startsWith(".") && before.includes("."));
    written += isNumber && before && !stands ? ` ${short}` : short;
    before = isNumber ? short : "";
  }
  return written;
}

const IN_SCRIPTS = /\bbi-([a-z0-9-]+)/g;

export async function writeIcons(frontend, dist) {
  const folder = path.resolve(frontend, "../node_modules/bootstrap-icons/icons");
  const icons = {};
  for (const file of (await readdir(folder)).sort()) {
    const svg = await readFile(path.join(folder, file), "utf8");
    const shape = svg.replace(/^<svg[^>]*>\s*|\s*<\/svg>\s*$/g, "").replace(/>\s+</g, "><");
    icons[path.basename(file, ".svg")] = shape.replace(IN_PATHS, (_, path) => ` d="${rounded(path)}"`);
  }
  const used = new Set();
  for (const file of await readdir(frontend)) {
    if (!file.endsWith(".js")) continue;
    const text = await readFile(path.join(frontend, file), "utf8");
    for (const [, name] of text.matchAll(IN_SCRIPTS)) if (name in icons) used.add(name);
  }
  const content = JSON.stringify({ icons, used: [...used].sort() });
  await writeFile(path.join(dist, "icons.json"), content);
}
