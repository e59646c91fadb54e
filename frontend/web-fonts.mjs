// Cuts the web fonts down to what pages are written with: an esbuild plugin for `.woff2?cut=NAME`.
// The whole families weigh five times as much as everything else on a page.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import subset from "subset-font";

const require = createRequire(import.meta.url);
const span = (first, last) =>
  String.fromCodePoint(...Array.from({ length: last - first + 1 }, (_, place) => first + place));

// Kerning, figures of one width, and what marks and joined letters need; no stylistic sets.
const FEATURES = ["kern", "tnum", "ccmp", "locl", "mark", "mkmk"];
const WEIGHTS = { wght: { min: 400, max: 600 } };

// The letters of each cut are those of its unicode-range in fonts.css.
const CUTS = {
  basic: { letters: `${span(0x20, 0x7e)}\u00a0·–—‘’“”•…−×`, keepFeatures: FEATURES, variationAxes: WEIGHTS },
  western: { letters: span(0xa1, 0xff), keepFeatures: FEATURES, variationAxes: WEIGHTS },
  central: { letters: span(0x100, 0x17f), keepFeatures: FEATURES, variationAxes: WEIGHTS },
  arabic: {
    letters: `،${span(0x61b, 0x61f)}${span(0x621, 0x655)}${span(0x660, 0x66c)}ٱ\ufdf2`,
    variationAxes: WEIGHTS,
  },
  // Conjuncts make Bengali large: one weight, which browsers embolden where they must.
  bengali: {
    letters: `${span(0x964, 0x965)}${span(0x980, 0x9e3)}${span(0x9e6, 0x9f3)}\u200c\u200d`,
    variationAxes: { wght: 400 },
  },
};

export const cutFonts = {
  name: "cut-fonts",
  setup(build) {
    build.onResolve({ filter: /\.woff2\?cut=\w+$/ }, ({ path }) => {
      const [file, cut] = path.split("?cut=");
      return { path: require.resolve(file), suffix: `?cut=${cut}`, namespace: "cut-font" };
    });
    build.onLoad({ filter: /.*/, namespace: "cut-font" }, async ({ path, suffix }) => {
      const { letters, ...options } = CUTS[suffix.replace("?cut=", "")];
      const contents = await subset(await readFile(path), letters, { targetFormat: "woff2", ...options });
      return { contents, loader: "file" };
    });
  },
};
