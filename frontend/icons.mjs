// Writes dist/icons.json: every sign of bootstrap-icons by its name, and those that our scripts put
// into pages. The server makes the style sheet of the signs in use from it (core/web/icons.py).
import { readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";

const IN_SCRIPTS = /\bbi-([a-z0-9-]+)/g;

export async function writeIcons(frontend, dist) {
  const folder = path.resolve(frontend, "../node_modules/bootstrap-icons/icons");
  const icons = {};
  for (const file of (await readdir(folder)).sort()) {
    const svg = await readFile(path.join(folder, file), "utf8");
    icons[path.basename(file, ".svg")] = svg
      .replace(/^<svg[^>]*>\s*|\s*<\/svg>\s*$/g, "")
      .replace(/>\s+</g, "><");
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
