/**
 * Forks: branches, taint and convictions (spec: ledger, A3).
 *
 * @typedef {import('./statements.mjs').Statement} Statement
 * @typedef {import('./past.mjs').Held} Held
 */

import { hasParted, supersedes } from './keys.mjs';
import { GRANTS, field, link } from './statements.mjs';
import { coveringDelegations } from './agents.mjs';

/** The branches of every writer within one set of statements. */
export class Branches {
  /** @param {Held} held @param {Set<string>} set closed under past */
  constructor(held, set) {
    this.held = held;
    this.set = set;
    /** @type {Map<string, Statement[]>} */
    this.byWriter = new Map();
    for (const s of held.all(set)) {
      this.byWriter.set(s.writer, [...(this.byWriter.get(s.writer) ?? []), s]);
    }
    /** @type {Set<string>} */
    this.tainted = new Set();
    for (const feed of this.byWriter.values()) this.#taint(feed);
  }

  /** F1: neither is an ancestor of the other by prev. @param {Statement} s @param {Statement} t */
  areOffLine(s, t) {
    return s.id !== t.id && !this.held.lineOf(s).has(t.id) && !this.held.lineOf(t).has(s.id);
  }

  /**
   * F1: the key events reached on the branch of s that none there supersedes.
   * @param {Statement} s @param {Statement[]} feed of its writer @returns {string[]}
   */
  top(s, feed) {
    const history = this.held.histories.get(s.writer);
    const reached = [...new Set(feed.filter((t) => !this.areOffLine(s, t)).map((t) => t.ks))];
    return reached.filter((event) => !reached.some((other) => supersedes(history, other, event)));
  }

  /** F2. @param {Statement[]} feed of one writer */
  #taint(feed) {
    const seqs = new Set(feed.map((s) => s.seq));
    if (seqs.size === feed.length) return;
    const history = this.held.histories.get(feed[0].writer);
    const tops = new Map(feed.map((s) => [s.id, this.top(s, feed)]));
    for (const s of feed) {
      const mine = /** @type {string[]} */ (tops.get(s.id));
      const contested = feed.some((t) => this.areOffLine(s, t)
        && /** @type {string[]} */ (tops.get(t.id)).some((event) =>
          !mine.some((other) => supersedes(history, other, event))));
      if (contested) this.tainted.add(s.id);
    }
  }

  /**
   * F4: not tainted, and not granted by an agent under tainted delegations alone.
   * @param {Statement} s @returns {boolean}
   */
  isClean(s) {
    if (this.tainted.has(s.id)) return false;
    if (!GRANTS.has(s.type) || this.held.isLead(s.writer)) return true;
    return coveringDelegations(this.held, s).some((d) => !this.tainted.has(d.id));
  }

  /** F3. @param {string} writer @returns {boolean} */
  isConvicted(writer) {
    const history = this.held.histories.get(writer);
    if (hasParted(history, this.named(writer))) return history?.kind === 'public';
    const reached = (this.byWriter.get(writer) ?? []).map((s) => s.ks);
    const ends = this.ends(writer).map((s) => s.ks);
    return ends.some((event, i) => ends.indexOf(event) !== i
      && !reached.some((other) => supersedes(history, other, event)));
  }

  /** @returns {string[]} the writers convicted */
  convicted() {
    return [...this.byWriter.keys()].filter((writer) => this.isConvicted(writer));
  }

  /** @param {string} writer @returns {Statement[]} the ends of its branches */
  ends(writer) {
    const feed = this.byWriter.get(writer) ?? [];
    const followed = new Set(feed.map((s) => s.prev));
    return feed.filter((s) => !followed.has(s.id));
  }

  /**
   * F3: the key events of a writer that the set names: those its statements stand under, and those that
   * an open, a join or a delegation names for it.
   * @param {string} writer @returns {string[]}
   */
  named(writer) {
    const events = new Set((this.byWriter.get(writer) ?? []).map((s) => s.ks));
    for (const s of this.held.all(this.set)) {
      if (s.type === 'delegate' && link(s, 'to') === writer) {
        events.add(/** @type {string} */ (link(s, 'kel')));
      }
      if ((s.type === 'open' || s.type === 'join') && s.body !== null) {
        const end = openEnd(s, writer);
        if (end !== null) events.add(field(s, 'kel')[end]);
      }
    }
    return [...events].filter((event) => this.held.histories.get(writer)?.events.has(event));
  }

  /**
   * E1: two statements of one writer with one `prev`, or both without. It is a defence that what one branch
   * has come to supersedes all the other has, and not the other way round.
   * @returns {{statements: [string, string], defended: boolean, convicts: boolean}[]}
   */
  forks() {
    const forks = [];
    for (const [writer, feed] of this.byWriter) {
      for (const [i, s] of feed.entries()) {
        for (const t of feed.slice(i + 1)) {
          if (s.prev !== t.prev) continue;
          const defended = this.#outranks(s, t, feed) !== this.#outranks(t, s, feed);
          const convicts = !defended && this.isConvicted(writer);
          forks.push({ statements: /** @type {[string, string]} */ ([s.id, t.id]), defended, convicts });
        }
      }
    }
    return forks;
  }

  /** E1. @param {Statement} s @param {Statement} t @param {Statement[]} feed @returns {boolean} */
  #outranks(s, t, feed) {
    const history = this.held.histories.get(s.writer);
    const mine = this.top(s, feed);
    return this.top(t, feed).every((event) => mine.some((own) => supersedes(history, own, event)));
  }
}

/**
 * @param {Statement} s an open or a join @param {string} writer
 * @returns {'a' | 'b' | null} which of the two key events it names is the writer's: `a` is the opener's
 */
function openEnd(s, writer) {
  const opener = s.type === 'open' ? s.writer : link(s, 'to');
  const joiner = s.type === 'open' ? link(s, 'to') : s.writer;
  if (writer === opener) return 'a';
  return writer === joiner ? 'b' : null;
}
