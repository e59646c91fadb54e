// What the lines of the journal come to. A line has one or more of
//
//   operation, status, receipt     something happened, and its receipt but for the operation's own payload
//   values                         what was true after that, and what the till needs to go on
//   told: {<sync_id>: <status>}    what the server said of operations
//   since                          booked operations before this time were left out
//
// → {values, entries}: the last values, null without any, and every operation once, in the order in which they came.
export function told(lines) {
  const entries = new Map();
  let last = null;
  for (const { operation, values, told: said = {}, ...more } of lines) {
    if (operation) entries.set(operation.sync_id, { ...entries.get(operation.sync_id), operation, ...more });
    for (const [syncId, status] of Object.entries(said)) {
      if (entries.has(syncId)) entries.get(syncId).status = status;
    }
    last = values ?? last;
  }
  return { values: last, entries: [...entries.values()] };
}

// The lines that are still needed when operations before this time are not, once they are booked.
export function neededSince(before, lines) {
  const { values, entries } = told(lines);
  const needed = entries.filter(({ operation, status }) => status !== "done" || operation.occurred_at >= before);
  return [{ since: before }, ...needed, { values }];
}
