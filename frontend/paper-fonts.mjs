// Copies the fonts that documents are printed with into core/printing/fonts: whole TrueType files,
// since a PDF needs more than the web fonts' pieces hold. Never a font of the machine's own.
import { copyFile, mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";

const google = (family, file) =>
  ["400Regular", "600SemiBold", "700Bold"].map((style) => [
    `@expo-google-fonts/${family}/${style}/${file}_${style}.ttf`,
    `${file}-${style.slice(0, 3)}.ttf`,
  ]);

const fonts = [
  ...google("inter", "Inter"),
  ...google("noto-sans-arabic", "NotoSansArabic"),
  ...google("noto-sans-bengali", "NotoSansBengali"),
  // The sign of the riyal (U+20C1, Unicode 17), which the families above do not have yet.
  ["@emran-alhaddad/saudi-riyal-font/fonts/regular/saudi_riyal.ttf", "SaudiRiyal-400.ttf"],
  ["@emran-alhaddad/saudi-riyal-font/fonts/bold/saudi_riyal.ttf", "SaudiRiyal-700.ttf"],
];

export async function copyPaperFonts(root) {
  const folder = path.join(root, "core/printing/fonts");
  await mkdir(folder, { recursive: true });
  for (const [source, name] of fonts) {
    const draft = path.join(folder, `${name}.new`);
    await copyFile(path.join(root, "node_modules", source), draft);
    await rename(draft, path.join(folder, name));
  }
  const kept = new Set(fonts.map(([, name]) => name));
  for (const name of await readdir(folder)) {
    if (!kept.has(name)) await rm(path.join(folder, name));
  }
}
