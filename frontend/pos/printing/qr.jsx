// A QR code on a screen and on the browser's printer.
import { modulesOf } from "./qr.js";

export function Code({ text }) {
  const modules = modulesOf(text);
  const path = modules.map((row, y) => runs(row).map(([x, width]) => `M${x} ${y}h${width}v1h-${width}z`).join("")).join("");
  return <svg class="qr" viewBox={`0 0 ${modules.length} ${modules.length}`} shape-rendering="crispEdges" aria-hidden="true"><path d={path} /></svg>;
}

// Where dark modules begin, and how many there are in a row.
function runs(row) {
  const found = [];
  row.forEach((isDark, x) => {
    if (isDark && row[x - 1]) found.at(-1)[1] += 1;
    else if (isDark) found.push([x, 1]);
  });
  return found;
}
