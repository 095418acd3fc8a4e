/**
 * Where a thread stands in a set of statements (spec: ledger, A6; ledger-states).
 *
 * @typedef {import('./statements.mjs').Statement} Statement
 * @typedef {import('./statements.mjs').Side} Side
 * @typedef {import('./fold.mjs').View} View
 * @typedef {'ended' | 'frozen' | 'suspended' | 'active' | 'agreed' | 'offered' | 'idle'} Phase
 */

import { coveringDelegations } from './agents.mjs';
import { Proposal } from './proposals.mjs';
import { compareIds, field, link, threadOf } from './statements.mjs';
import { isBySameOrLead } from './voids.mjs';

/** T1. @param {Statement} terminate @returns {boolean} whether it is an end and no bound for later */
function endsAtOnce(terminate) {
  const effective = field(terminate, 'effective');
  return effective === null || effective <= terminate.at;
}

/** One thread in one set. */
export class Thread {
  /** @param {View} view @param {string} root */
  constructor(view, root) {
    this.view = view;
    this.root = root;
    /** @type {Map<string, Proposal>} */
    this.proposals = new Map(view.effective('propose').filter((s) => threadOf(s) === root)
      .map((s) => [s.id, new Proposal(view, s)]));
    /** @type {Map<string, import('./proposals.mjs').Status>} */
    this.statuses = new Map();
    for (const p of this.proposals.values()) {
      const settled = p.settled();
      if (settled !== null) this.statuses.set(p.id, settled);
    }
    this.ended = this.#ends();
    /** the agreements in force one after the other, the first one first */
    this.chain = /** @type {string[]} */ ([]);
    this.frozen = false;
    this.#walk();
    this.tip = this.chain.at(-1) ?? null;
    /** T2: the winner first */
    this.pending = this.#slot(this.tip).filter((p) => this.statuses.get(p.id) === 'agreed')
      .sort((a, b) => this.#preference(a, b)).map((p) => p.id);
    for (const p of this.proposals.values()) {
      if (!this.statuses.has(p.id)) this.statuses.set(p.id, this.#isLive(p) ? 'open' : 'dead');
    }
    this.suspends = this.#suspends();
  }

  /** @param {string} type @returns {Statement[]} effective statements of this type in this thread */
  #said(type) {
    return this.view.effective(type).filter((s) => link(s, 'thread') === this.root);
  }

  /** T1. @returns {boolean} */
  #ends() {
    return this.#said('revoke').some((s) => field(s, 'purposes') === null)
      || this.#said('terminate').some(endsAtOnce);
  }

  /** V2: all valid proposals with this base. @param {string | null} base @returns {Proposal[]} */
  #slot(base) {
    return [...this.proposals.values()].filter((p) => p.base === base);
  }

  /** T2: from no agreement on to the one confirmed in the slot, and on from there. */
  #walk() {
    for (;;) {
      const slot = this.#slot(this.chain.at(-1) ?? null);
      const confirmed = slot.filter((p) => this.statuses.get(p.id) === 'confirmed');
      this.frozen = confirmed.length > 1 || slot.some((p) => this.statuses.get(p.id) === 'frozen');
      if (this.frozen || confirmed.length === 0) return;
      this.chain.push(confirmed[0].id);
    }
  }

  /**
   * T2: the first party's own before the second's, a lead's before an agent's, the agent delegated
   * earlier, the earlier in its writer's chain, and only inside a fork the lower cid.
   * @param {Proposal} a @param {Proposal} b @returns {number}
   */
  #preference(a, b) {
    const keys = [a, b].map((p) => {
      const lead = this.view.held.isLead(p.statement.writer);
      return [p.side === 'first' ? 0 : 1, lead ? 0 : 1, lead ? 0 : this.#delegatedAt(p), p.statement.seq];
    });
    for (const [i, key] of keys[0].entries()) if (key !== keys[1][i]) return key - keys[1][i];
    return compareIds(a.id, b.id);
  }

  /**
   * @param {Proposal} p of an agent
   * @returns {number} the place in the lead's chain of the first delegation that covers it
   */
  #delegatedAt(p) {
    return Math.min(...coveringDelegations(this.view.held, p.statement).map((d) => d.seq));
  }

  /** S5 and V2. @param {Proposal} p neither S1 nor S2 nor S3 nor S4 @returns {boolean} */
  #isLive(p) {
    if (this.ended || p.base !== this.tip || !p.couldBeOpen()) return false;
    return !this.#slot(p.base).some((other) =>
      ['agreed', 'confirmed', 'frozen'].includes(this.statuses.get(other.id) ?? ''));
  }

  /** T3. @returns {string[]} the suspends that are not lifted */
  #suspends() {
    const { held, branches } = this.view;
    const resumes = this.#said('resume').filter((r) => branches.isClean(r));
    return this.#said('suspend').filter((s) =>
      !resumes.some((r) => link(r, 'ref') === s.id && isBySameOrLead(held, r, s))).map((s) => s.id);
  }

  /** V4: the winner of the slot a statement could confirm. @returns {Proposal | null} */
  get winner() {
    if (this.frozen || this.pending.length === 0) return null;
    return this.#proposal(this.pending[0]);
  }

  /** @param {string} id @returns {Proposal} */
  #proposal(id) {
    return /** @type {Proposal} */ (this.proposals.get(id));
  }

  /** @returns {string[]} */
  get offers() {
    return [...this.statuses].filter(([, status]) => status === 'open').map(([id]) => id);
  }

  /** T4: the first row of the table that applies. @returns {Phase} */
  get phase() {
    if (this.ended) return 'ended';
    if (this.frozen) return 'frozen';
    if (this.tip !== null) return this.suspends.length > 0 ? 'suspended' : 'active';
    if (this.pending.length > 0) return 'agreed';
    return this.offers.length > 0 ? 'offered' : 'idle';
  }

  /** T5: whose duties are owed. @returns {string[]} */
  get duties() {
    const confirmed = [...this.proposals.values()].filter((p) => p.confirmations.length > 0);
    return [...new Set([...confirmed.map((p) => p.id), ...this.pending])];
  }

  /** T5, T6: the tip and what is pending. @returns {Proposal[]} */
  get agreements() {
    const ids = this.tip === null ? this.pending : [this.tip, ...this.pending];
    return ids.map((id) => this.#proposal(id));
  }

  /**
   * T5: the purposes that partial revokes and refusals took from a grant.
   * @param {Proposal} p @param {Statement} grant of the first party @returns {string[]} without repetition
   */
  withdrawnFrom(p, grant) {
    const { held } = this.view;
    const wide = this.view.effective('revoke').filter((s) => link(s, 'thread') === null);
    const revokes = [...this.#said('revoke'), ...wide].filter((s) => field(s, 'purposes') !== null);
    const refusals = p.narrowings.filter((s) => held.sideOf(s) === 'first'
      && !(held.isLead(grant.writer) && !held.isLead(s.writer)));
    const unseen = [...revokes, ...refusals].filter((s) => !held.knows(grant, s.id));
    return [...new Set(unseen.flatMap((s) => field(s, 'purposes')))];
  }

  /** T6: from when on one of its agreements permits nothing. @param {Proposal} p @returns {number} */
  boundOf(p) {
    const { held, branches } = this.view;
    const grants = [p.statement, ...p.up].filter((s) => branches.isClean(s));
    const binding = this.#said('terminate').filter((t) => !endsAtOnce(t)
      && !grants.some((g) => held.knows(g, t.id) && isBySameOrLead(held, g, t)));
    return Math.min(field(p.statement, 'terms').until, ...binding.map((t) => field(t, 'effective')));
  }

  /** T6. @returns {number | null} null if nothing is in force or pending */
  get bound() {
    const bounds = this.agreements.map((p) => this.boundOf(p));
    return bounds.length > 0 ? Math.min(...bounds) : null;
  }
}
