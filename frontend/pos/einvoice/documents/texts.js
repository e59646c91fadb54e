// Text as it may stand in a document: characters of XML 1.0, escaped as Canonical XML 1.1 does. What counts as a
// blank or a digit is what Python's str says, so that both sides write the same.

// Outside of XML 1.0's Char, halves of characters, and control characters that no reader shows.
const REFUSED = /[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]/u;
const BLANKS = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
const AROUND = new RegExp(`^${BLANKS}|${BLANKS}$`, "gu");
const ALL_REFUSED = new RegExp(REFUSED.source, "gu");

// What cannot be said in a document: the sale is left to the server.
export class Unfit extends Error {}

export const trimmed = (text) => text.replace(AROUND, "");

export const escaped = (text) => sound(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

export const escapedAttribute = (text) =>
  sound(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;").replaceAll("\t", "&#x9;").replaceAll("\n", "&#xA;");

// A number with its Arabic-Indic digits and their Persian forms written as 0 to 9.
export const western = (text) => text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15));

// Text without the characters that a document cannot hold, for what has happened and cannot be refused.
export const cleaned = (text) => text.replaceAll("\r\n", "\n").replace(ALL_REFUSED, " ");

function sound(text) {
  if (REFUSED.test(text)) throw new Unfit("a control character");
  return text;
}
