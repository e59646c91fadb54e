// Elements as lines of text in canonical form: no self-closed elements, attributes escaped, four blanks for each
// level. So the hash is taken of the text as it is assembled.
import { written } from "../figures.js";
import { escaped, trimmed } from "../texts.js";

export const INDENT = "    ";

// An element of text that needs no escaping: codes and figures.
export const leaf = (name, text, attributes = "") => `<${name}${attributes}>${text}</${name}>`;

// An element around others: single lines, or lists of them.
export const block = (name, ...children) => [`<${name}>`, ...children.flat().map((line) => INDENT + line), `</${name}>`];

// An element of free text, or nothing where there is none.
export function text(name, value) {
  const said = trimmed(value ?? "");
  return said ? [leaf(name, escaped(said))] : [];
}

// An element of money. What a till signs is in riyals.
export const amount = (name, value) => leaf(name, written(value), ' currencyID="SAR"');

// What every VAT category and registration is of.
export const taxScheme = () => block("cac:TaxScheme", leaf("cbc:ID", "VAT"));
