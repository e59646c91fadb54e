// What a customer has of points, what they pay, and when it was so.
import { dec, text } from "../engine/decimal.js";
import { clock, moment, money, number } from "../format.js";
import { accountOf } from "../sale/points.js";
import { t } from "../words.js";

const DAY = 24 * 60 * 60 * 1000;

export function Points({ customer }) {
  const account = accountOf(customer);
  if (!account) return null;
  const amount = money(text(dec(account.points).times(account.program.point_value)));
  const said = { points: number(account.points), amount, time: timeOf(account.at) };
  return <p class="points">{account.at ? t("{points} points, worth {amount}, as of {time}", said) : t("{points} points, worth {amount}", said)}</p>;
}

const timeOf = (at) => (at && (Date.now() - new Date(at) < DAY ? clock(at) : moment(at)));
