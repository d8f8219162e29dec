// What `make recovery-run` and `make order-run` show, with less and for a shorter time.
// The figures are theirs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { order } from "./order.js";
import { recovery } from "./recovery.js";

test("100 clients that are cut off at random lose nothing and hear nothing twice", async () => {
  const { said, losses } = await recovery({ clients: 100, seconds: 8, perSecond: 500, rooms: 10, cutEveryMs: 2_000 });
  assert.equal(said, 4_000);
  for (const [how, times] of Object.entries(losses)) assert.ok(times > 0, `${how}: ${times}`);
});

test("10,000 events of one client are handled in their order while 100 others speak", async () => {
  const { events } = await order({ events: 10_000, others: 100 });
  assert.equal(events, 10_000);
});
