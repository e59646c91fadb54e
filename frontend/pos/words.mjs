// Writes the template from which the server gives the till its words in a language: all sentences that
// stand in t("…") here. Run it after changing one: node frontend/pos/words.mjs
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const target = path.resolve(here, "../../addons/pos/templates/pos/app/words.html");
const MARKED = /\bt\(\s*("(?:[^"\\]|\\.)*")/g;

export async function sentences(folder = here) {
  const found = new Set();
  for (const file of await readdir(folder, { recursive: true })) {
    if (!/\.jsx?$/.test(file)) continue;
    const text = await readFile(path.join(folder, file), "utf8");
    for (const [, quoted] of text.matchAll(MARKED)) found.add(JSON.parse(quoted));
  }
  return [...found].sort();
}

export async function template() {
  const entries = (await sentences()).map((text) => `  ${JSON.stringify(text)}: _(${JSON.stringify(text)}),`);
  const head = "{# Made by frontend/pos/words.mjs: what the till says. #}\n";
  return `${head}{{ {\n${entries.join("\n")}\n}|tojson }}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(target, await template());
