import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Ack, Closed, Requests, Resume } from "../wire.ts";
import type { Keep, KeptSeat } from "./keep.ts";
import { Seat } from "./seat.svelte.ts";
import { keeper, no, SERVER_TIME, settled, Table } from "./table.ts";

interface Told {
  readonly ok: true;
  readonly room: string;
  readonly token: string;
  readonly lines: readonly string[];
}

interface Asked {
  join: { say: { readonly name: string }; get: Told };
  resume: { say: Resume; get: Told };
  leave: Requests["leave"];
  clock: Requests["clock"];
}

interface Heard {
  /** A line more; one that is empty fits nothing. */
  line: string;
  closed: Closed;
}

/** A seat at the smallest of games: a row of lines that were told. */
class Bench extends Seat<Told, readonly string[]> {
  view: readonly string[] | undefined;
  happened: string[] = [];
  readonly #link: Table<Asked, Heard>;

  constructor(link: Table<Asked, Heard>, keep: Keep<KeptSeat>) {
    super(link, keep, () => 1_000);
    this.#link = link;
    this.unbind = link.listen({
      ...this.hearing(),
      line: (said) => {
        this.changeIfFit((lines) => (said === "" ? "stale" : [...lines, said]));
      },
    });
  }

  join(): Promise<boolean> {
    return this.enter(() => this.#link.request("join", { name: "Ada" }), "Ada");
  }

  protected seated({ lines }: Told, before: readonly string[] | undefined): readonly string[] {
    return [...(before === undefined ? [] : ["before"]), ...lines];
  }

  protected override afterSeated(): void {
    this.happened.push("seated");
  }

  protected override afterDown(): void {
    this.happened.push("down");
  }

  protected override afterClosed(): void {
    this.happened.push("closed");
  }
}

const told = (changed: Partial<Told> = {}): Ack<Told> => ({
  ok: true,
  room: "123456",
  token: "secret",
  lines: ["first"],
  ...changed,
});

const KEPT = { room: "123456", token: "secret", name: "Ada" };

function open(kept?: KeptSeat): { table: Table<Asked, Heard>; bench: Bench; keep: Keep<KeptSeat> } {
  const table = new Table<Asked, Heard>();
  const keep = keeper(kept);
  const bench = new Bench(table, keep);
  bench.start();
  return { table, bench, keep };
}

async function seated(): Promise<ReturnType<typeof open>> {
  const opened = open();
  opened.table.up();
  void opened.bench.join();
  await opened.table.answer("join", told());
  return opened;
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("asking for a seat", () => {
  it("takes it, and keeps its token", async () => {
    const { bench, keep } = await seated();
    expect([bench.standing, bench.view, bench.happened]).toEqual(["in", ["first"], ["seated"]]);
    expect(keep.read()).toEqual(KEPT);
  });

  it("says why not, and stays out", async () => {
    const { table, bench, keep } = open();
    table.up();
    void bench.join();
    await table.answer("join", no("name_taken"));
    expect([bench.standing, bench.fault?.place, keep.read()]).toEqual(["out", "name", undefined]);
  });

  it("asks once, however often it is told to", async () => {
    const { table, bench } = open();
    table.up();
    void bench.join();
    expect(await bench.join()).toBe(false);
    await settled();
    expect(table.said).toHaveLength(1);
  });

  it("loses nothing that came in the same payload as the acknowledgement", async () => {
    const { table, bench } = open();
    table.up();
    void bench.join();
    await settled();
    table.hears.line("second");
    await table.answer("join", told());
    expect(bench.view).toEqual(["first", "second"]);
  });

  it("guesses the server's clock", async () => {
    const { bench } = await seated();
    expect(bench.serverNow()).toBe(SERVER_TIME);
  });

  it("is given up by leaving: a seat that comes after all is left", async () => {
    const { table, bench, keep } = open();
    table.up();
    void bench.join();
    await settled();
    bench.leave();
    await table.answer("join", told());
    expect([bench.standing, bench.view, keep.read()]).toEqual(["out", undefined, undefined]);
    expect(table.said.map(({ event }) => event)).toEqual(["leave"]);
  });
});

describe("coming back", () => {
  it("takes the seat again after a reload", async () => {
    const { table, bench } = open(KEPT);
    expect([bench.standing, bench.name]).toEqual(["resuming", "Ada"]);
    table.up();
    expect(await table.answer("resume", told())).toEqual({ token: "secret", sync: "delta" });
    expect([bench.standing, bench.view]).toEqual(["in", ["first"]]);
  });

  it("takes the seat again after each dropped connection, and knows what it knew", async () => {
    const { table, bench } = await seated();
    table.down();
    expect([bench.standing, bench.online, bench.happened]).toEqual(["resuming", false, ["seated", "down"]]);
    table.up();
    await table.answer("resume", told({ lines: ["again"] }));
    expect([bench.standing, bench.view]).toEqual(["in", ["before", "again"]]);
  });

  it("asks for a seat anew when the token is refused, and says so", async () => {
    const { table, bench, keep } = open(KEPT);
    table.up();
    await table.answer("resume", no("unknown_token"));
    expect([bench.standing, bench.fault?.code, keep.read()]).toEqual(["out", "unknown_token", undefined]);
  });

  it("tries again when nothing was said against the token", async () => {
    const { table, bench } = open(KEPT);
    table.up();
    await table.answer("resume", no("no_answer"));
    expect(bench.standing).toBe("resuming");
    await vi.advanceTimersByTimeAsync(2_000);
    await table.answer("resume", told());
    expect(bench.standing).toBe("in");
  });

  it("tries once for each connection, though the last one's try was cut off", async () => {
    const { table, bench } = open(KEPT);
    table.up();
    await settled();
    table.down();
    table.up();
    await table.answer("resume", no("no_answer"));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(table.said.map(({ event }) => event)).toEqual(["resume"]);
    await table.answer("resume", told());
    expect(bench.standing).toBe("in");
  });

  it("is given up by leaving: the seat is left before another one is asked for", async () => {
    const { table, bench } = open(KEPT);
    table.up();
    await settled();
    bench.leave();
    void bench.join();
    await table.answer("resume", told());
    await table.answer("leave", { ok: true });
    await table.answer("join", told({ room: "654321", lines: ["other"] }));
    expect([bench.standing, bench.view]).toEqual(["in", ["other"]]);
  });

  it("makes another connection when the old one is found dead", async () => {
    const { table, bench } = await seated();
    await bench.probe();
    expect(table.reopened).toBe(0);
    table.request = () => Promise.resolve(no("no_answer") as never);
    await bench.probe();
    expect(table.reopened).toBe(1);
  });

  it("waits out no back-off once the page is looked at again", async () => {
    const { table, bench } = await seated();
    table.down();
    await bench.probe();
    expect(table.reopened).toBe(1);
  });
});

describe("the view", () => {
  it("is fetched whole, once, when something does not fit it", async () => {
    const { table, bench } = await seated();
    table.hears.line("");
    table.hears.line("");
    expect(table.said).toHaveLength(1);
    await table.answer("resume", told({ lines: ["whole"] }));
    expect([bench.standing, bench.view]).toEqual(["in", ["before", "whole"]]);
  });

  it("comes with another connection where it is not given to a seat that is already here", async () => {
    const { table } = await seated();
    table.hears.line("");
    await table.answer("resume", no("already_seated"));
    expect(table.reopened).toBe(1);
  });
});

describe("being closed", () => {
  it("gives the token up after a kick, and the connection with it", async () => {
    const { table, bench, keep } = await seated();
    table.hears.closed({ reason: "kicked", message: "" });
    expect([bench.standing, bench.closed?.reason, keep.read(), table.isOpen]).toEqual([
      "closed",
      "kicked",
      undefined,
      false,
    ]);
    expect(bench.happened).toEqual(["seated", "closed"]);
  });

  it("keeps what was known last, to look at", async () => {
    const { table, bench } = await seated();
    table.hears.closed({ reason: "ended", message: "" });
    table.hears.line("too late");
    expect(bench.view).toEqual(["first"]);
  });

  it("can take the seat back from another tab", async () => {
    const { table, bench } = await seated();
    table.hears.closed({ reason: "replaced", message: "" });
    table.down();
    expect(bench.standing).toBe("closed");
    void bench.takeBack();
    table.up();
    await table.answer("resume", told());
    expect(bench.standing).toBe("in");
  });

  it("waits for a server that restarts", async () => {
    const { table, bench, keep } = await seated();
    table.hears.closed({ reason: "shutdown", message: "" });
    expect([bench.standing, keep.read(), table.isOpen]).toEqual(["resuming", KEPT, true]);
  });
});

describe("leaving", () => {
  it("gives up the seat and forgets it", async () => {
    const { table, bench, keep } = await seated();
    bench.leave();
    expect([table.said[0]?.event, bench.standing, bench.view, keep.read()]).toEqual([
      "leave",
      "out",
      undefined,
      undefined,
    ]);
  });

  it("is over before another seat is asked for, and so is what is said of the last one", async () => {
    const { table, bench } = await seated();
    bench.leave();
    void bench.join();
    table.hears.line("of the last room");
    table.hears.closed({ reason: "ended", message: "" });
    await table.answer("leave", { ok: true });
    await table.answer("join", told({ room: "654321", lines: ["other"] }));
    expect([bench.standing, bench.view]).toEqual(["in", ["other"]]);
  });
});

it("hears and asks for nothing once it is stopped", async () => {
  const { table, bench } = await seated();
  bench.stop();
  expect(table.isOpen).toBe(false);
  expect(() => table.hears).toThrow("nobody listens");
});
