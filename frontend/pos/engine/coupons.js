// Codes of coupons: what addons/sales/services/coupons/codes.py makes, told apart without a network.
import { europeanFigures } from "./figures.js";

const ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
export const CODE_LENGTH = 11; // ten random characters and one that finds mistakes

// Capitals and European figures, however a code was typed.
export const plainCoupon = (text) => europeanFigures(text).toUpperCase().replace(/[^0-9A-Z]/g, "");

// The last character brings the weighed sum to nothing, so that any single wrong one shows.
export function isWellFormed(body) {
  if (body.length !== CODE_LENGTH || [...body].some((one) => !ALPHABET.includes(one))) return false;
  const sum = [...body].reduce((total, one, at) => total + (CODE_LENGTH - at) * ALPHABET.indexOf(one), 0);
  return sum % ALPHABET.length === 0;
}

// The promotion that a code opens by what the feed told of coupons, or null. `day` is an ISO day; `contacts` are the
// ids for which coupons of the customer may be.
export function couponOf(code, coupons, day, contacts) {
  const fits = coupons.find((one) => (one.code ? one.code === code : code.startsWith(one.prefix) && isWellFormed(code.slice(one.prefix.length))));
  if (!fits || (fits.starts_on && day < fits.starts_on) || (fits.ends_on && day > fits.ends_on)) return null;
  return fits.contact === null || contacts.includes(fits.contact) ? fits.promotion : null;
}
