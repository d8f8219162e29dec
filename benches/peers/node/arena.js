// The arena's rules, as Parlor's: players move on a square board and pick up coins; everybody sees the board.
// Opens no sockets: the servers beside it do.

const SIZE = 1000;
const COINS = 8;
/** How much of the board's side a player crosses in a second. */
const SPEED = 0.25;
/** How near a coin must be to be picked up. */
const REACH = SIZE * 0.02;

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const tenths = (value) => Math.round(value * 10) / 10;
const anywhere = () => Math.random() * SIZE;

export class Arena {
  #stride;
  #visible;
  /** In the order of their coming, which is that of their ids. */
  bodies = new Map();
  coins = Array.from({ length: COINS }, () => ({ x: anywhere(), y: anywhere() }));

  /** `visible`: a view holds only that many players, the best by score. */
  constructor(hz, visible) {
    this.#stride = (SIZE * SPEED) / hz;
    this.#visible = visible;
  }

  join(id) {
    this.bodies.set(id, { id, x: anywhere(), y: anywhere(), dx: 0, dy: 0, score: 0, seq: 0 });
  }

  leave(id) {
    this.bodies.delete(id);
  }

  /** Heads this way from the next step on. What a client says is not believed. */
  move(id, input) {
    const body = this.bodies.get(id);
    if (!body || !Number.isFinite(input?.dx) || !Number.isFinite(input?.dy)) return;
    const [dx, dy] = [clamp(input.dx, -1, 1), clamp(input.dy, -1, 1)];
    const length = Math.max(Math.sqrt(dx * dx + dy * dy), 1);
    body.dx = dx / length;
    body.dy = dy / length;
    body.seq = Number(input.seq) || 0;
  }

  step() {
    for (const body of this.bodies.values()) {
      body.x = clamp(body.x + body.dx * this.#stride, 0, SIZE);
      body.y = clamp(body.y + body.dy * this.#stride, 0, SIZE);
      for (const coin of this.coins) {
        if ((coin.x - body.x) ** 2 + (coin.y - body.y) ** 2 > REACH * REACH) continue;
        body.score += 1;
        coin.x = anywhere();
        coin.y = anywhere();
      }
    }
  }

  /** The players that a view holds. */
  seen() {
    if (this.bodies.size <= this.#visible) return [...this.bodies.values()];
    const best = [];
    for (const body of this.bodies.values()) {
      if (best.length === this.#visible && body.score <= best[best.length - 1].score) continue;
      let at = best.length;
      while (at > 0 && best[at - 1].score < body.score) at -= 1;
      best.splice(at, 0, body);
      if (best.length > this.#visible) best.pop();
    }
    return best;
  }

  view() {
    const view = { players: {}, coins: {} };
    for (const { id, x, y, score } of this.seen()) view.players[id] = { x: tenths(x), y: tenths(y), score };
    this.coins.forEach((coin, id) => (view.coins[id] = { x: Math.round(coin.x), y: Math.round(coin.y) }));
    return view;
  }
}

/** Milliseconds since the Unix epoch, with fractions. */
export const now = () => performance.timeOrigin + performance.now();

/**
 * Which part of its period a room's ticks are after those of a room of phase 0. A load opens its rooms at one moment, where
 * those of a day would be spread evenly; so are multiples of the golden ratio.
 */
export const phase = (nth) => (nth * 0.6180339887498948) % 1;

/**
 * Calls `step(tick, due)` at `began + n / hz`, whenever that was really; ticks a second late are passed over. It began `phase`
 * of a period from now.
 */
export function everyTick(hz, phase, step) {
  const began = now() + (phase * 1000) / hz;
  let tick = 0;
  let timer;
  const next = () => {
    tick = Math.max(tick + 1, Math.floor((now() - began - 1000) / (1000 / hz)));
    const due = began + (tick * 1000) / hz;
    timer = setTimeout(() => {
      step(tick, due);
      next();
    }, due - now());
  };
  next();
  return () => clearTimeout(timer);
}

/** `--hz 30 --visible 8` and the like, as numbers. */
export function options(defaults) {
  const found = { ...defaults };
  const given = process.argv.slice(2);
  for (let at = 0; at < given.length; at += 2) {
    const name = given[at].replace(/^--/, "");
    if (!(name in defaults) || !Number.isFinite(Number(given[at + 1]))) {
      throw new Error(`${given[at]} ${given[at + 1]}: not an option`);
    }
    found[name] = Number(given[at + 1]);
  }
  return found;
}
