// What loyalty points pay: whole points, and amounts as the server counts them.
import { ceil, dec, floor, floorTo, min, unitOf } from "./decimal.js";

// The fewest points that pay an amount.
export const pointsFor = (amount, program) => ceil(dec(amount).div(program.point_value));

// The amount that so many points pay of what is left, or null where that is less than the programme asks for.
export function payable(program, points, left, digits) {
  const usable = min(dec(points), floor(dec(left).div(program.point_value)));
  if (usable.lte(0) || usable.lt(program.least_points)) return null;
  const amount = floorTo(usable.times(program.point_value), unitOf(digits));
  return amount.gt(0) ? amount : null;
}
