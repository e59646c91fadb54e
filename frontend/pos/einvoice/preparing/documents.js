// A sale as the electronic invoice that it becomes, all but its place in the chain: what addons/zatca makes of it too,
// once it is booked.
import { dec } from "../documents/figures.js";
import { Unfit, cleaned } from "../documents/texts.js";
import { amountsOf } from "./amounts.js";

const CURRENCY = "SAR";
const AHEAD = 3 * 3_600_000; // milliseconds by which Riyadh, without summer time, is ahead of UTC
const NOT_DEFINED = "1"; // UN/CEFACT 4461

// sale: {type, occurred_at, payload, ways, buyer}: `ways` are the kinds of its payments, `buyer` is a name or null.
// section: the feed's `einvoice`. Throws Unfit for what a till cannot say by itself.
export function invoiceOf({ type, occurred_at: at, payload, ways, buyer }, section) {
  if (payload.currency !== CURRENCY) throw new Unfit("a currency");
  const takesBack = type === "refund" || dec(payload.net).plus(payload.tax).lt(0);
  const sign = takesBack ? -1 : 1;
  const amounts = amountsOf(payload.lines, sign, at.slice(0, 10), section);
  if (!amounts.lines.length) throw new Unfit("nothing on it is sold");
  const [issue_date, issue_time] = inRiyadh(at).split("T");
  return {
    number: payload.number, kind: takesBack ? "381" : "388", issue_date, issue_time, seller: section.seller,
    buyer: buyer === null ? null : { name: cleaned(buyer) },
    ...amounts,
    rounding: dec(payload.rounding).times(sign),
    reason: takesBack ? cleaned(payload.note || section.words.returned) || section.words.taken_back : "",
    references: takesBack ? referencesOf(payload.lines, section) : [],
    payment_means: ways.length ? (section.means[ways[0]] ?? NOT_DEFINED) : "",
  };
}

// "2026-11-23T11:30:00", of a time in UTC.
export const inRiyadh = (at) => new Date(Date.parse(at) + AHEAD).toISOString().slice(0, 19);

// The receipts of what came back; the authority asks for a number even where nobody has any.
function referencesOf(lines, { words }) {
  const known = [...new Set(lines.map((line) => line.of?.number).filter(Boolean))];
  return (known.length ? known : [words.without_receipt]).map(cleaned);
}
