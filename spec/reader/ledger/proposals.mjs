/**
 * Where a proposal stands in a set of statements (spec: ledger, A5 and the first half of V2).
 *
 * @typedef {import('./statements.mjs').Statement} Statement
 * @typedef {import('./fold.mjs').View} View
 * @typedef {'confirmed' | 'frozen' | 'agreed' | 'lapsed' | 'open' | 'dead'} Status
 */

import { dismissalsOf } from './agents.mjs';
import { field, link } from './statements.mjs';

/** A valid proposal, and what a set of statements says about it. */
export class Proposal {
  /** @param {View} view @param {Statement} statement a valid proposal */
  constructor(view, statement) {
    this.view = view;
    this.statement = statement;
    this.id = statement.id;
    this.side = view.held.sideOf(statement);
    this.base = link(statement, 'base');
    /** valid accepts */
    this.accepts = this.#about('accept');
    /** valid retracts, and refusals of everything */
    this.denials = [...this.#about('retract'),
      ...this.#about('refuse').filter((s) => field(s, 'purposes') === null)];
    /** valid refusals of some purposes */
    this.narrowings = this.#about('refuse').filter((s) => field(s, 'purposes') !== null);
    /** V4: statements that confirm it */
    this.confirmations = view.statements.filter((s) => view.held.confirms.get(s.id)?.includes(this.id));
  }

  /** @param {string} type @returns {Statement[]} effective statements of this type about this proposal */
  #about(type) {
    return this.view.effective(type).filter((s) => link(s, 'ref') === this.id);
  }

  /**
   * A5: the first party's grant is the proposal if that side made it, else the accept.
   * @param {Statement} accept @returns {Statement}
   */
  grantUnder(accept) {
    return this.side === 'first' ? this.statement : accept;
  }

  /**
   * A5: undelegations of who signed a grant, and wide revokes of everything, that undo it.
   * @param {Statement} grant of the first party @returns {Statement[]}
   */
  undoing(grant) {
    const { held, set } = this.view;
    const dismissals = held.isLead(grant.writer) ? []
      : dismissalsOf(held, set, grant.writer, 'first').filter((u) => !held.knows(u, grant.id));
    const revokes = this.view.effective('revoke').filter((r) => link(r, 'thread') === null
      && field(r, 'purposes') === null && !held.knows(grant, r.id));
    return [...dismissals, ...revokes];
  }

  /** A5: what brings an accept down. @param {Statement} accept @returns {Statement[]} */
  bringingDown(accept) {
    const { held } = this.view;
    const byLead = held.isLead(accept.writer);
    const denials = this.denials.filter((d) =>
      !(d.type === 'refuse' && byLead && !held.isLead(d.writer)));
    return [...denials, ...this.undoing(this.grantUnder(accept))];
  }

  /** @returns {Statement[]} the accepts that are not down */
  get up() {
    return this.accepts.filter((a) => this.bringingDown(a).length === 0);
  }

  /** @param {Statement} accept @param {Statement} c @returns {boolean} V4: it counts for what is in its past */
  #counts(accept, c) {
    return this.view.held.knows(c, accept.id);
  }

  /** S1 to S4. @returns {Status | null} null if none of them applies */
  settled() {
    const { branches } = this.view;
    const clean = (/** @type {Statement} */ s) => branches.isClean(s);
    /** F4: what an agent confirms is tainted with its own chain alone. */
    const isTainted = (/** @type {Statement} */ s) => branches.tainted.has(s.id);
    const up = this.up;
    const confirmed = up.filter((a) => this.confirmations.some((c) => this.#counts(a, c)));
    const cleanUp = clean(this.statement) ? up.filter(clean) : [];
    const cleanly = cleanUp.filter((a) => this.confirmations.some((c) => !isTainted(c) && this.#counts(a, c)));
    if (cleanly.length > 0) return 'confirmed';
    const everConfirmed = this.confirmations.length > 0;
    const undoing = this.accepts.flatMap((a) => this.undoing(this.grantUnder(a)));
    const allClean = [this.statement, ...this.accepts].every(clean)
      && ![...this.confirmations, ...this.denials, ...undoing].some(isTainted);
    if (confirmed.length > 0) return 'frozen';
    if (everConfirmed && cleanUp.length === 0 && !allClean) return 'frozen';
    if (cleanUp.length > 0) return 'agreed';
    if (everConfirmed && up.length === 0) return 'lapsed';
    return null;
  }

  /** S5, without the half that asks for the slot. @returns {boolean} */
  couldBeOpen() {
    if (this.denials.length > 0 || this.confirmations.length > 0) return false;
    if (!this.view.branches.isClean(this.statement)) return false;
    return this.side === 'second' || this.undoing(this.statement).length === 0;
  }

  /** T5: the first party's grants under it that count. @returns {Statement[]} */
  firstGrants() {
    if (this.side === 'first') return [this.statement];
    return this.up.filter((a) => this.view.branches.isClean(a));
  }
}
