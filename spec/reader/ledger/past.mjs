/**
 * What is held, and what each statement had seen (spec: ledger, A1).
 *
 * @typedef {import('./statements.mjs').Statement} Statement
 * @typedef {import('./statements.mjs').History} History
 * @typedef {import('./statements.mjs').Side} Side
 */

import { field, link, named } from './statements.mjs';

/** The statements held, closed under past (A1.5), and everything that follows from one past alone. */
export class Held {
  /** @param {Map<string, History>} histories by party */
  constructor(histories) {
    this.histories = histories;
    /** @type {Map<string, Statement>} in an order in which each comes after all it names */
    this.statements = new Map();
    /** @type {Map<string, Set<string>>} A1.4, without the statement itself */
    this.pasts = new Map();
    /** @type {Map<string, Set<string>>} its ancestors by prev, without itself */
    this.lines = new Map();
    /** @type {Statement | null} */
    this.open = null;
    /** @type {Map<string, Map<string, Side>>} sides of first statements of agents: writer, then id */
    this.agentSides = new Map();
    /** @type {Map<string, string | null>} why it is void; null if it is effective (A1.7) */
    this.voids = new Map();
    /** @type {Map<string, string[]>} the proposals it confirms (V4) */
    this.confirms = new Map();
    /** @type {Map<string, number>} a short name, for keys of sets */
    this.numbers = new Map();
  }

  /** @param {string} id @returns {Statement} */
  get(id) {
    const s = this.statements.get(id);
    if (s === undefined) throw new Error(`not held: ${id}`);
    return s;
  }

  /** A1.4. @param {Statement} s that need not be held itself @returns {Set<string>} */
  pastOf(s) {
    const known = this.pasts.get(s.id);
    if (known !== undefined) return known;
    const past = new Set();
    for (const id of named(s)) {
      past.add(id);
      for (const before of this.pastOf(this.get(id))) past.add(before);
    }
    return past;
  }

  /** @param {Statement} s that need not be held itself @returns {Set<string>} its ancestors by prev */
  lineOf(s) {
    const known = this.lines.get(s.id);
    if (known !== undefined) return known;
    if (s.prev === null) return new Set();
    return new Set(this.lineOf(this.get(s.prev))).add(s.prev);
  }

  /** @param {Statement} s that exists */
  hold(s) {
    this.pasts.set(s.id, this.pastOf(s));
    this.lines.set(s.id, this.lineOf(s));
    this.numbers.set(s.id, this.numbers.size);
    this.statements.set(s.id, s);
    if (s.type === 'open') this.open = s;
  }

  /** @param {Iterable<string>} ids @returns {Statement[]} */
  all(ids) {
    return [...ids].map((id) => this.get(id));
  }

  /** @param {string} earlier @param {Statement} later @returns {boolean} A1.4: known to it */
  knows(later, earlier) {
    return this.pastOf(later).has(earlier);
  }

  /** @param {string} id @returns {boolean} A1.7 */
  isEffective(id) {
    return this.voids.get(id) === null;
  }

  /**
   * A1.1: the lead of a side is fixed by the open.
   * @param {Side} side @returns {string}
   */
  lead(side) {
    return field(/** @type {Statement} */ (this.open), 'roles')[side];
  }

  /** @param {string} writer @returns {Side | null} null if it leads neither */
  sideLedBy(writer) {
    if (writer === this.lead('first')) return 'first';
    return writer === this.lead('second') ? 'second' : null;
  }

  /** @param {string} writer @returns {boolean} */
  isLead(writer) {
    return this.sideLedBy(writer) !== null;
  }

  /**
   * A1.1, W4: the side a statement is of. An agent's is fixed by the delegation its seq 0 had seen.
   * @param {Statement} s that exists
   * @returns {Side}
   */
  sideOf(s) {
    const led = this.sideLedBy(s.writer);
    if (led !== null) return led;
    let root = s;
    while (root.prev !== null) root = this.get(root.prev);
    const [side] = this.delegatingSides(root);
    return side;
  }

  /**
   * @param {Statement} s
   * @returns {Set<Side>} the sides that, in its past, made its writer an agent
   */
  delegatingSides(s) {
    /** @type {Set<Side>} */
    const sides = new Set();
    for (const d of this.effective(this.pastOf(s), 'delegate')) {
      if (link(d, 'to') === s.writer) sides.add(this.sideOf(d));
    }
    return sides;
  }

  /**
   * @param {Iterable<string>} ids
   * @param {...string} types
   * @returns {Statement[]} those of these types that have an effect
   */
  effective(ids, ...types) {
    return this.all(ids).filter((s) => types.includes(s.type) && this.isEffective(s.id));
  }

  /** @param {Statement} s @param {Side} side @returns {boolean} */
  isByLeadOf(s, side) {
    return s.writer === this.lead(side);
  }
}

/** @param {Held} held @param {Iterable<string>} ids @returns {string} one text for equal sets */
export function keyOf(held, ids) {
  return [...ids].map((id) => held.numbers.get(id)).sort((a, b) => Number(a) - Number(b)).join(',');
}
