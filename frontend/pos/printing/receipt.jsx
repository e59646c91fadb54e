// A receipt on the screen, and on the browser's printer.
import { bars } from "./code128.js";
import { Code } from "./qr.jsx";
import { receiptRows } from "./rows.js";

export function Receipt({ receipt, isCopy }) {
  return <div class="receipt">{receiptRows(receipt, { isCopy }).map((row, at) => <Row key={at} row={row} />)}</div>;
}

function Row({ row }) {
  const kinds = [row.bold && "is-bold", row.big && "is-big", row.small && "is-small", row.align && `is-${row.align}`].filter(Boolean).join(" ");
  if (row.kind === "rule") return <hr />;
  if (row.kind === "barcode") return <Barcode text={row.text} />;
  if (row.kind === "qr") return <Code text={row.text} />;
  if (row.kind === "pair") return <p class={`receipt-pair ${kinds}`}><bdi>{row.left}</bdi><bdi>{row.right}</bdi></p>;
  return <p class={kinds}><bdi>{row.text}</bdi></p>;
}

function Barcode({ text }) {
  const widths = bars(text);
  let at = 0;
  const path = widths.map((width, place) => {
    const bar = place % 2 === 0 ? `M${at} 0h${width}v40h-${width}z` : "";
    at += width;
    return bar;
  });
  return <svg class="barcode" viewBox={`0 0 ${at} 40`} preserveAspectRatio="none" aria-hidden="true"><path d={path.join("")} /></svg>;
}
