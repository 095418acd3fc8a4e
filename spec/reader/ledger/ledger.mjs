/**
 * The ledger of one relationship: statements go in, in any order, and everything that can be asked is a
 * function of those held (spec: ledger).
 *
 * @typedef {import('./statements.mjs').Statement} Statement
 * @typedef {import('./statements.mjs').History} History
 * @typedef {import('./intake.mjs').Received} Received
 */

import { heads, owingLeads } from './acknowledging.mjs';
import { confirmedBy } from './facts.mjs';
import { View } from './fold.mjs';
import { Intake } from './intake.mjs';
import { Held, keyOf } from './past.mjs';
import { judge } from './uses.mjs';
import { voidReason } from './voids.mjs';

export class Ledger {
  /**
   * @param {Map<string, History>} histories of all writers, by party
   * @param {{bounded?: boolean, erased?: Set<string>}} [rules] bounded: whether there is a bound to what waits
   *   (A1.5); erased: statements whose bodies are known to be erased (findings, Verifying)
   */
  constructor(histories, { bounded = true, erased = new Set() } = {}) {
    this.held = new Held(histories);
    this.intake = new Intake(this.held, (s) => this.#admit(s), bounded, erased);
    /** @type {Map<string, View>} */
    this.views = new Map();
  }

  /** @param {Statement} s verified, with its body or without @returns {Received} */
  receive(s) {
    return this.intake.receive(s);
  }

  /** What a statement is follows from its own past and is found once (A1.7). @param {Statement} s */
  #admit(s) {
    const again = this.held.statements.has(s.id);
    if (again) this.held.statements.set(s.id, s);
    else this.held.hold(s);
    const before = () => this.fold(this.held.pastOf(s));
    this.held.voids.set(s.id, voidReason(this.held, s, before));
    if (again) this.views.clear();
    else this.held.confirms.set(s.id, confirmedBy(this.held, s, before));
  }

  /** @param {Set<string>} set closed under past @returns {View} */
  fold(set) {
    const key = keyOf(this.held, set);
    const view = this.views.get(key) ?? new View(this.held, set);
    this.views.set(key, view);
    return view;
  }

  /** @returns {View} of everything held */
  state() {
    return this.fold(new Set(this.held.statements.keys()));
  }

  /** @returns {Map<string, string>} the reason for each void statement */
  voids() {
    return new Map([...this.held.voids].flatMap(([id, reason]) =>
      (reason === null ? [] : [/** @type {[string, string]} */ ([id, reason])])));
  }

  /** @returns {Map<string, import('./uses.mjs').UseStatus>} of every use and share held */
  uses() {
    const uses = [...this.held.statements.values()].filter((s) => s.type === 'use' || s.type === 'share');
    return new Map(uses.map((u) => [u.id, judge(this.held, u, (set) => this.fold(set))]));
  }

  /** @returns {string[]} */
  owes() {
    return owingLeads(this.held);
  }

  /** @returns {string[]} */
  heads() {
    return heads(this.held);
  }
}
