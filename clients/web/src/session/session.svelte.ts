// A tab's place in a quiz: a seat with what is known of the room, the answer that is on its way, and the host's controls.
// It shows nothing; the screens read its fields.
import type { Link } from "../net/link.ts";
import { answered, inputFor, type Pending, stillPending } from "../state/answer.ts";
import { fault } from "../state/fault.ts";
import { onDelta, onPlayers, onScore, onSnapshot, onTimer, onYou, type Room, seated } from "../state/room.ts";
import type { Ack, ChoiceId, CreateQuiz, HostInput, Join, Refused, Requests, Seated } from "../wire.ts";
import type { Keep, KeptSeat } from "./keep.ts";
import { isPassing, RETRY_MS, Seat } from "./seat.svelte.ts";

export interface Ways {
  /** Our clock, in milliseconds since the epoch. */
  readonly now?: () => number;
  /** Another way into a room whose token is no longer good: a host's key. */
  readonly rejoin?: (room: string) => Join | undefined;
}

/** No screen offers what its phase does not allow, so that these come of a press that was overtaken. */
const isPast = (code: Refused["code"]): boolean => ["wrong_phase", "paused", "not_paused"].includes(code);

export class Session extends Seat<Seated, Room> {
  room = $state.raw<Room>();
  pending = $state.raw<Pending>();

  readonly #link: Link;
  readonly #rejoin: Ways["rejoin"];
  #sending = false;

  constructor(link: Link, keep: Keep<KeptSeat>, { now, rejoin }: Ways = {}) {
    super(link, keep, now);
    this.#link = link;
    this.#rejoin = rejoin;
    this.unbind = link.listen({
      ...this.hearing(),
      snapshot: (said) => {
        this.change((room) => onSnapshot(room, said));
      },
      delta: (said) => {
        this.changeIfFit((room) => onDelta(room, said));
      },
      you: (said) => {
        this.change((room) => onYou(room, said));
      },
      timer: (said) => {
        this.change((room) => onTimer(room, said));
      },
      players: (said) => {
        this.change((room) => onPlayers(room, said));
      },
      score: (said) => {
        this.change((room) => onScore(room, said));
      },
    });
  }

  /** This seat's answer to the present question, if it has given one. */
  get answer(): readonly ChoiceId[] | undefined {
    return this.room && answered(this.room, this.pending);
  }

  join(say: Join): Promise<boolean> {
    return this.enter(() => this.#link.request("join", say), say.name);
  }

  create(say: CreateQuiz): Promise<boolean> {
    return this.enter(() => this.#link.request("create", say));
  }

  /** Gives an answer, now or as soon as there is a connection. Only the first one of a question counts. */
  choose(choices: readonly ChoiceId[]): void {
    if (this.room === undefined || this.answer !== undefined) return;
    this.pending = { index: this.room.state.index, choices };
    this.fault = undefined;
    void this.#sendPending();
  }

  /** Works one of the host's controls. What the room is past when this arrives is no fault: it has gone on by itself meanwhile. */
  async control(input: HostInput): Promise<boolean> {
    const ack = await this.#link.request("input", input);
    this.fault = ack.ok || isPast(ack.code) ? undefined : fault(ack);
    return ack.ok;
  }

  /** Asks for a key to a remote, or to have it taken back. */
  remote(say: Requests["remote"]["say"]): Promise<Ack<Requests["remote"]["get"]>> {
    return this.#link.request("remote", say);
  }

  /** Asks how these players are connected. */
  links(say: Requests["links"]["say"]): Promise<Ack<Requests["links"]["get"]>> {
    return this.#link.request("links", say);
  }

  /** Asks what the quiz came to. */
  summary(): Promise<Ack<Requests["summary"]["get"]>> {
    return this.#link.request("summary", {});
  }

  protected get view(): Room | undefined {
    return this.room;
  }

  protected set view(room: Room | undefined) {
    this.room = room;
    this.pending = room && stillPending(room, this.pending);
  }

  protected seated(told: Seated, before: Room | undefined): Room {
    return seated(told, before);
  }

  protected override afterSeated(): void {
    void this.#sendPending();
  }

  protected override afterClosed(): void {
    this.pending = undefined;
  }

  protected override async askAgain(kept: KeptSeat): Promise<Ack<Seated>> {
    const ack = await super.askAgain(kept);
    if (ack.ok || isPassing(ack.code)) return ack;
    const otherwise = this.#rejoin?.(kept.room);
    if (otherwise === undefined) return ack;
    const joined = await this.#link.request("join", otherwise);
    // Refused both ways, it is the seat that is gone; that no code was right is of no use to one who typed none.
    return joined.ok || isPassing(joined.code) ? joined : ack;
  }

  async #sendPending(): Promise<void> {
    if (this.#sending || !this.#link.isUp() || this.room === undefined || this.pending === undefined) return;
    const sent = this.pending;
    const input = inputFor(this.room, sent);
    if (input === undefined) return;
    this.#sending = true;
    const ack = await this.#link.request("input", input);
    this.#sending = false;
    if (ack.ok || this.pending !== sent) return;
    if (ack.code === "no_answer") {
      // A network may be gone without a word: then another connection takes the seat again, which sends this again.
      await this.probe();
      await this.#sendPending();
    } else if (isPassing(ack.code)) {
      setTimeout(() => void this.#sendPending(), RETRY_MS);
    } else if (ack.code !== "already_answered") {
      // One that is already there was this one, sent again: the private view says so too.
      this.pending = undefined;
      this.fault = fault(ack);
    }
  }
}
