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
  if (thread.phase !== 'active') return no('no-terms');
  if (now >= /** @type {number} */ (thread.bound)) return no('expired');
  const { agreements } = thread;
  const decision = decide(agreements.map((p) => field(p.statement, 'terms')), request, facts, now);
  if (!decision.permit) return decision;
  return agreements.every((p) => hasGrantFor(thread, p, request.purpose)) ? decision : no('withdrawn');
}

/**
 * The purposes the terms of the tip name that are in force at a time.
 * @param {Thread} thread @param {number} now @returns {string[]} without repetition
 */
export function purposesInForce(thread, now) {
  if (thread.phase !== 'active' || now >= /** @type {number} */ (thread.bound)) return [];
  const terms = thread.agreements.map((p) => field(p.statement, 'terms'));
  if (terms.some((one) => now < one.from)) return [];
  const named = terms[0].permissions.flatMap((/** @type {import('../terms.mjs').Rule} */ rule) => rule.purposes);
  return [...new Set(/** @type {string[]} */ (named))].filter((purpose) =>
    thread.agreements.every((p, i) => hasGrantFor(thread, p, purpose)
      && terms[i].permissions.some((/** @type {import('../terms.mjs').Rule} */ rule) =>
        rule.purposes.some((own) => covers(own, purpose)))));
}
