// What the lines of the journal come to. A line has one or more of
//
//   operation, status, receipt     something happened, and its receipt but for the operation's own payload
//   values                         what was true after that, and what the till needs to go on
//   told: {<sync_id>: <status>}    what the server said of operations
//   held: {<key>: <basket>}        baskets that were put aside; null for one that was taken up again
//   since                          booked operations before this time were left out
//
// → {values, entries, held}: the last values, null without any, every operation once, in the order in which they came,
// and what is known of baskets.
export function told(lines) {
  const entries = new Map();
  const baskets = {};
  let last = null;
  for (const { operation, values, told: said = {}, held = {}, ...more } of lines) {
    if (operation) entries.set(operation.sync_id, { ...entries.get(operation.sync_id), operation, ...more });
    for (const [syncId, status] of Object.entries(said)) {
      if (entries.has(syncId)) entries.get(syncId).status = status;
    }
    Object.assign(baskets, held);
    last = values ?? last;
  }
  return { values: last, entries: [...entries.values()], held: baskets };
}

// The lines that are still needed when operations before this time are not, once they are booked.
export function neededSince(before, lines) {
  const { values, entries, held } = told(lines);
  const needed = entries.filter(({ operation, status }) => status !== "done" || operation.occurred_at >= before);
  const kept = Object.fromEntries(Object.entries(held).filter(([, basket]) => basket));
  return [{ since: before }, ...needed, { values, held: kept }];
}
