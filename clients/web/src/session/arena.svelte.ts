// A tab's place in an arena: a seat with its world, the table of scores, and the way its player is steered.
// It shows nothing. What changes at every tick is not reactive: the board asks for it at every frame.
import type { ArenaBroadcasts, ArenaJoin, ArenaRequests, ArenaSeated } from "../arena-wire.ts";
import type { Link } from "../net/link.ts";
import { wished } from "../state/arena/own.ts";
import { type Heading, same } from "../state/arena/rules.ts";
import { equal, type Row, rows } from "../state/arena/scores.ts";
import {
  bodies,
  type Body,
  cutOff,
  onDelta,
  onPlayers,
  onScore,
  onSnapshot,
  onYou,
  seated,
  steer,
  type World,
} from "../state/arena/world.ts";
import type { Keep, KeptSeat } from "./keep.ts";
import { Seat } from "./seat.svelte.ts";

/** No more than so many headings are told in a second: a dragged stick has more. */
const TELL_MS = 45;

export class ArenaSession extends Seat<ArenaSeated, World> {
  code = $state.raw<string>();
  table = $state.raw<readonly Row[]>([]);
  players = $state.raw(0);

  readonly #link: Link<ArenaRequests, ArenaBroadcasts>;
  #world: World | undefined;
  #toldAt = 0;

  constructor(link: Link<ArenaRequests, ArenaBroadcasts>, keep: Keep<KeptSeat>, now?: () => number) {
    super(link, keep, now);
    this.#link = link;
    this.code = keep.read()?.room;
    this.unbind = link.listen({
      ...this.hearing(),
      snapshot: (said) => {
        this.change((world) => onSnapshot(world, said, this.serverNow()));
      },
      delta: (said) => {
        this.changeIfFit((world) => onDelta(world, said, this.serverNow()));
      },
      you: (said) => {
        this.change((world) => onYou(world, said, this.serverNow()));
      },
      players: (said) => {
        this.change((world) => onPlayers(world, said));
      },
      score: (said) => {
        this.change((world) => onScore(world, said));
      },
    });
  }

  /** What is known of the room, if there is one. */
  get world(): World | undefined {
    return this.#world;
  }

  /** Everybody, as they are to be shown at this moment. */
  bodies(): readonly Body[] {
    return this.#world === undefined ? [] : bodies(this.#world, this.serverNow());
  }

  join(say: ArenaJoin): Promise<boolean> {
    return this.enter(() => this.#link.request("join", say), say.name);
  }

  /** Heads this way from now on. Called at every frame: only another heading than the last one is told, and not too often. */
  steer(wish: Heading): void {
    if (this.#world?.own === undefined || this.standing !== "in" || !this.#link.isUp()) return;
    const now = this.serverNow();
    if (same(wish, wished(this.#world.own)) || now - this.#toldAt < TELL_MS) return;
    this.#toldAt = now;
    this.#world = steer(this.#world, wish, now);
    const { seq } = this.#world.own ?? { seq: 0 };
    void this.#tell({ type: "move", seq, ...wish });
  }

  protected get view(): World | undefined {
    return this.#world;
  }

  /** The table is taken anew only if it is another: it is not drawn at every tick. */
  protected set view(world: World | undefined) {
    this.#world = world;
    this.code = world?.code;
    const table = world === undefined ? [] : rows(world);
    if (!equal(table, this.table)) this.table = table;
    this.players = world === undefined ? 0 : Object.keys(world.state.players).length;
  }

  protected seated(told: ArenaSeated, before: World | undefined): World {
    return seated(told, before);
  }

  protected override afterDown(): void {
    if (this.#world !== undefined) this.#world = cutOff(this.#world);
  }

  async #tell(move: ArenaRequests["input"]["say"]): Promise<void> {
    const ack = await this.#link.request("input", move);
    if (ack.ok || this.#world?.own === undefined) return;
    // A network may be gone without a word.
    if (ack.code === "no_answer") await this.probe();
    // It was not applied, so it is not walked; the next frame tells what is wished by then.
    else if (this.#world.own.seq === move.seq) this.#world = cutOff(this.#world);
  }
}
