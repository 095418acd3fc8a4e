/**
 * What is held, what waits, and what is refused (spec: ledger, A1.5, A1.8 and K6; decisions 0026).
 *
 * @typedef {import('./statements.mjs').Statement} Statement
 * @typedef {import('./past.mjs').Held} Held
 *
 * @typedef {object} Received
 * @property {'held' | 'completed' | 'duplicate' | 'waiting' | 'refused'} result
 * @property {string} [code] of the refusal
 * @property {string[]} released held now, having waited
 * @property {Map<string, string>} refused having waited, with the code
 */

import { RELEVANT, compareIds, field, hasBody, link, named } from './statements.mjs';
import { malformed } from './existence.mjs';

const MAX_ESCROW_STATEMENTS = 1024;
const MAX_ESCROW_BYTES = 4 * 1024 * 1024;

export class Intake {
  /**
   * @param {Held} held
   * @param {(s: Statement) => void} admit takes a statement that exists
   * @param {boolean} bounded whether there is a bound to what waits (A1.5)
   * @param {Set<string>} erased statements whose bodies are known to be erased
   */
  constructor(held, admit, bounded, erased) {
    this.held = held;
    this.bounded = bounded;
    this.erased = erased;
    this.admit = admit;
    /** @type {Map<string, Statement>} */
    this.waiting = new Map();
  }

  /** @param {Statement} s @returns {Received} */
  receive(s) {
    /** @type {Received} */
    const received = { result: 'waiting', released: [], refused: new Map() };
    if (this.held.statements.has(s.id)) return { ...received, result: this.#again(s) };
    if (this.held.open !== null && (s.rel ?? s.id) !== this.held.open.id) {
      return { ...received, result: 'refused', code: 'ledger-relationship' };
    }
    const waited = this.waiting.get(s.id);
    if (waited !== undefined && (hasBody(waited) || !hasBody(s))) return { ...received, result: 'duplicate' };
    this.waiting.set(s.id, s);
    this.#settle(received);
    if (this.bounded) this.#bound(s.writer, received);
    const code = received.refused.get(s.id);
    if (code !== undefined) {
      received.refused.delete(s.id);
      return { ...received, result: 'refused', code };
    }
    if (!received.released.includes(s.id)) return received;
    return { ...received, result: 'held', released: received.released.filter((id) => id !== s.id) };
  }

  /** K6, A1.8. @param {Statement} s @returns {'completed' | 'duplicate'} */
  #again(s) {
    if (hasBody(this.held.get(s.id)) || !hasBody(s)) return 'duplicate';
    this.admit(s);
    return 'completed';
  }

  /** Holds or refuses what waits, until nothing moves. @param {Received} received */
  #settle(received) {
    for (let next = this.#ready(); next !== undefined; next = this.#ready()) {
      this.waiting.delete(next.id);
      const code = malformed(this.held, next);
      if (code === null) {
        this.admit(next);
        received.released.push(next.id);
      } else {
        received.refused.set(next.id, code);
        this.#dropBuiltOn(next.id, received);
      }
    }
  }

  /**
   * One whose past is held, and whose body is held or not needed; those with bodies first, so that an
   * `erased` which lets a header in is one that does wait (A1.8) and none about to be refused.
   * @returns {Statement | undefined}
   */
  #ready() {
    const complete = [...this.waiting.values()]
      .filter((s) => named(s).every((id) => this.held.statements.has(id)));
    return complete.find(hasBody) ?? complete.find((s) => !this.#lacksBody(s));
  }

  /** A1.8. @param {Statement} s @returns {boolean} */
  #lacksBody(s) {
    if (hasBody(s)) return false;
    if (RELEVANT.has(s.type)) return true;
    if (this.erased.has(s.id)) return false;
    return ![...this.held.statements.values(), ...this.waiting.values()].some((e) =>
      e.type === 'erased' && field(e, 'scope') === 'body' && link(e, 'ref') === s.id);
  }

  /** A1.7: what is built on a statement that does not exist does not exist. */
  #dropBuiltOn(/** @type {string} */ id, /** @type {Received} */ received) {
    for (const s of [...this.waiting.values()]) {
      if (!named(s).includes(id) || !this.waiting.delete(s.id)) continue;
      received.refused.set(s.id, 'ledger-refused');
      this.#dropBuiltOn(s.id, received);
    }
  }

  /** A1.5: of a writer of whom too much waits the newest are dropped. */
  #bound(/** @type {string} */ writer, /** @type {Received} */ received) {
    const waiting = [...this.waiting.values()].filter((s) => s.writer === writer)
      .sort((a, b) => a.seq - b.seq || compareIds(a.id, b.id));
    let bytes = waiting.reduce((sum, s) => sum + s.size, 0);
    while (waiting.length > MAX_ESCROW_STATEMENTS || bytes > MAX_ESCROW_BYTES) {
      const newest = /** @type {Statement} */ (waiting.pop());
      bytes -= newest.size;
      this.waiting.delete(newest.id);
      received.refused.set(newest.id, 'ledger-escrow');
    }
  }

  /** @returns {string[]} named by what waits, and neither held nor waiting */
  missing() {
    const names = new Set([...this.waiting.values()].flatMap(named));
    return [...names].filter((id) => !this.held.statements.has(id) && !this.waiting.has(id));
  }
}
