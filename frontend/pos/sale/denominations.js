// Coins and notes that circulate, the largest first, for counting and for amounts to tap.
const SETS = {
  AED: ["1000", "500", "200", "100", "50", "20", "10", "5", "1", "0.50", "0.25"],
  BDT: ["1000", "500", "200", "100", "50", "20", "10", "5", "2", "1"],
  EUR: ["200", "100", "50", "20", "10", "5", "2", "1", "0.50", "0.20", "0.10", "0.05", "0.02", "0.01"],
  GBP: ["50", "20", "10", "5", "2", "1", "0.50", "0.20", "0.10", "0.05", "0.02", "0.01"],
  INR: ["500", "200", "100", "50", "20", "10", "5", "2", "1"],
  SAR: ["500", "200", "100", "50", "20", "10", "5", "2", "1", "0.50", "0.25", "0.10", "0.05", "0.01"],
  USD: ["100", "50", "20", "10", "5", "2", "1", "0.50", "0.25", "0.10", "0.05", "0.01"],
};
// Of other currencies: the series of 1, 2 and 5 that most of them follow.
const SERIES = ["1000", "500", "200", "100", "50", "20", "10", "5", "2", "1", "0.50", "0.20", "0.10", "0.05"];

export const denominations = (currency) => SETS[currency] ?? SERIES;

export const notes = (currency) => denominations(currency).filter((value) => Number(value) >= 5);
