/**
 * What a thread permits at a time (spec: ledger, T5 and T6; permissions, The decision).
 *
 * @typedef {import('./threads.mjs').Thread} Thread
 * @typedef {import('./proposals.mjs').Proposal} Proposal
 */

import { decide, no } from '../policy.mjs';
import { covers, forbids } from '../vocabulary.mjs';
import { field } from './statements.mjs';

/**
 * T5: whether some grant of the first party under a proposal has this purpose left.
 * @param {Thread} thread @param {Proposal} p @param {string} purpose @returns {boolean}
 */
export function hasGrantFor(thread, p, purpose) {
  return p.firstGrants().some((grant) =>
    !thread.withdrawnFrom(p, grant).some((withdrawn) => forbids(withdrawn, purpose)));
}

/**
 * @param {Thread} thread
 * @param {import('../policy.mjs').Request} request
 * @param {import('../policy.mjs').Facts} facts
 * @param {number} now
 * @returns {import('../policy.mjs').Decision}
 */
export function permitted(thread, request, facts, now) {
  if (thread.phase !== 'active') return no('not-active');
  if (now >= /** @type {number} */ (thread.bound)) return no('bound');
  const { agreements } = thread;
  if (!agreements.every((p) => hasGrantFor(thread, p, request.purpose))) return no('withdrawn');
  return decide(agreements.map((p) => field(p.statement, 'terms')), request, facts, now);
}

/**
 * The purposes in force (spec: contracts, Agreements): of those that tip or pending name, what some purpose
 * of each of them covers and a grant under each of them has left.
 * @param {Thread} thread @param {number} now @returns {string[]} without repetition
 */
export function purposesInForce(thread, now) {
  if (thread.phase !== 'active' || now >= /** @type {number} */ (thread.bound)) return [];
  const agreements = thread.agreements.map((p) => {
    /** @type {import('../terms.mjs').Terms} */
    const terms = field(p.statement, 'terms');
    return { p, from: terms.from, purposes: terms.permissions.flatMap((rule) => rule.purposes) };
  });
  if (agreements.some(({ from }) => now < from)) return [];
  return [...new Set(agreements.flatMap(({ purposes }) => purposes))].filter((purpose) =>
    agreements.every(({ p, purposes }) => hasGrantFor(thread, p, purpose)
      && purposes.some((own) => covers(own, purpose))));
}
