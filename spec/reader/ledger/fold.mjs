/**
 * The state of a set of statements (spec: ledger, A5 and A6), computed from the set alone.
 *
 * @typedef {import('./statements.mjs').Statement} Statement
 * @typedef {import('./past.mjs').Held} Held
 */

import { dismissedBy } from './agents.mjs';
import { Branches } from './forks.mjs';
import { Thread } from './threads.mjs';
import { threadOf } from './statements.mjs';

/** A set of statements closed under past, and what it comes to. */
export class View {
  /** @param {Held} held @param {Set<string>} set */
  constructor(held, set) {
    this.held = held;
    this.set = set;
    this.statements = held.all(set);
    this.branches = new Branches(held, set);
    /** @type {Map<string, Statement[]>} effective statements by type */
    this.byType = new Map();
    for (const s of this.statements) {
      if (held.isEffective(s.id)) this.byType.set(s.type, [...(this.byType.get(s.type) ?? []), s]);
    }
    const roots = this.effective('propose').filter((s) => threadOf(s) === s.id);
    /** @type {Map<string, Thread>} by root */
    this.threads = new Map(roots.map((s) => [s.id, new Thread(this, s.id)]));
  }

  /** @param {string} type @returns {Statement[]} */
  effective(type) {
    return this.byType.get(type) ?? [];
  }

  /** @param {string} root of a thread in the set @returns {Thread} */
  thread(root) {
    const thread = this.threads.get(root);
    if (thread === undefined) throw new Error(`no thread: ${root}`);
    return thread;
  }

  /** W7. @returns {string[]} the writers dismissed */
  get dismissed() {
    return [...new Set(this.effective('undelegate').map((u) => dismissedBy(this.held, u)))];
  }
}
