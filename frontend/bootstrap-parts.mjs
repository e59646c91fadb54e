// Leaves out of Bootstrap's style sheet what no page of ours is made of: an esbuild plugin. The
// README names what is left out; an addon that wants more brings it in a style sheet of its own.
import { readFile } from "node:fs/promises";

const COMPONENTS =
  /\.(carousel|accordion|toast|popover|bs-popover|tooltip|bs-tooltip|placeholder|navbar|figure|ratio|form-floating|form-range|dropstart|dropend|dropdown-menu-(dark|sm|md|lg)|focus-ring|icon-link|float-(start|none|sm|md|lg)|object-fit-|translate-middle|btn-group-vertical|btn-close-white|btn-(outline-)?(info|light|dark)(?![\w-])|(table|list-group-item)-(primary|secondary|success|info|warning|danger|light|dark)|link-(primary|secondary|success|info|warning|danger|light|dark|opacity|underline|offset|body)|(border|bg|text)-opacity-|list-group-(horizontal|numbered)|card-(group|img)|modal-fullscreen|offcanvas-top|progress-bar-striped|display-|blockquote|initialism|vr(?![\w-])|stretched-link)/;
// Pages change at 768 and 992 pixels, by columns and by what is shown; the widest screens need no
// layout of their own, and spaces are the same at every width.
const WIDEST = /\.[a-z-]+-xx?l(-[a-z0-9-]+)?(?![\w-])/;
const KEPT = /^\.(modal|btn|rounded|fs|text|list-group)-/;
const SPACES =
  /\.(offset-|row-cols-|order-(sm|md|lg)|[mp][tbsexy]?-(sm|md|lg)-|g[xy]?-(sm|md|lg)-|(row-|column-)?gap-(sm|md|lg)|align-(content|self)-(sm|md|lg)|justify-content-(sm|md|lg)|align-items-(sm|md|lg)|(top|bottom|start|end)-(0|50|100)|opacity-(0|25|50|75|100)|fst-|(border|bg|text)-(info|light|dark|white|black)(?![\w-])|border-(primary|secondary|success|warning|danger)(?![\w-])|rounded-(top|bottom|start|end)|rounded-[1-5](?![\w-]))/;

const isWanted = (selector) =>
  !COMPONENTS.test(selector) &&
  !SPACES.test(selector) &&
  (!WIDEST.test(selector) || KEPT.test(selector));

// Where a block that opens at `start` closes.
function endOf(text, start) {
  let depth = 0;
  for (let place = start; place < text.length; place += 1) {
    if (text[place] === "{") depth += 1;
    else if (text[place] === "}" && --depth === 0) return place;
  }
  throw new Error("a block of Bootstrap's style sheet does not end");
}

// "a:is(b, c), d" -> ["a:is(b, c)", "d"]
function selectorsOf(head) {
  const found = [];
  let [depth, from] = [0, 0];
  for (let place = 0; place <= head.length; place += 1) {
    if (head[place] === "(") depth += 1;
    else if (head[place] === ")") depth -= 1;
    else if (place === head.length || (head[place] === "," && !depth)) {
      found.push(head.slice(from, place).trim());
      from = place + 1;
    }
  }
  return found;
}

export function wantedRules(text) {
  let kept = "";
  for (let place = 0, open; (open = text.indexOf("{", place)) >= 0; ) {
    const close = endOf(text, open);
    const head = text.slice(place, open).split(";").pop().trim();
    const body = text.slice(open + 1, close);
    if (/^@(media|supports)/.test(head)) {
      const inner = wantedRules(body);
      if (inner) kept += `${head}{${inner}}`;
    } else {
      const wanted = head.startsWith("@") ? [head] : selectorsOf(head).filter(isWanted);
      if (wanted.length) kept += `${wanted.join(",")}{${body}}`;
    }
    place = close + 1;
  }
  return kept;
}

export const bootstrapParts = {
  name: "bootstrap-parts",
  setup(build) {
    build.onLoad({ filter: /bootstrap[\\/]dist[\\/]css[\\/]bootstrap(\.rtl)?\.css$/ }, async ({ path }) => {
      const text = (await readFile(path, "utf8")).replace(/\/\*[\s\S]*?\*\//g, "").replace('@charset "UTF-8";', "");
      return { contents: wantedRules(text), loader: "css" };
    });
  },
};
