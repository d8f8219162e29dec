// The table of cases by the stock JavaScript clients, of this and of the last major version.
import { after, describe, test } from "node:test";
import { groups } from "./cases.js";
import { play } from "./stock.js";
import { open } from "./world.js";

const world = await open();
after(() => world.close());

for (const client of ["socket.io-client 4", "socket.io-client 3"]) {
  for (const group of groups(client, world.ways)) {
    describe(group.about, () => {
      for (const { name, steps, lack } of group.cases) test(name, { skip: lack }, () => play(client, group, steps));
    });
  }
}
