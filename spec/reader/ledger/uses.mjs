/**
 * How uses and shares are judged (spec: ledger, A7; permissions, Evidence; decisions 0028).
 *
 * @typedef {import('./statements.mjs').Statement} Statement
 * @typedef {import('./past.mjs').Held} Held
 * @typedef {import('./fold.mjs').View} View
 * @typedef {import('./threads.mjs').Thread} Thread
 * @typedef {'covered' | 'raced' | 'breach' | 'unverified'} UseStatus
 */

import { couldPermit } from '../policy.mjs';
import { hasGrantFor } from './permitted.mjs';
import { field, link } from './statements.mjs';

/**
 * T5: whether one of the first party's grants under a proposal permits it.
 * @param {Thread} thread
 * @param {import('./proposals.mjs').Proposal} p
 * @param {{action: string, purpose: string}} use
 * @param {number} at
 * @returns {boolean}
 */
function couldBeGranted(thread, p, use, at) {
  if (!couldPermit(field(p.statement, 'terms'), use, at)) return false;
  return hasGrantFor(thread, p, use.purpose);
}

/** U1. @param {View} view @param {Statement} u with its body @returns {boolean} whether it stands there */
function stands(view, u) {
  const thread = view.threads.get(link(u, 'thread') ?? '');
  if (thread === undefined || thread.phase !== 'active' || thread.tip !== link(u, 'agreement')) return false;
  if (u.at >= /** @type {number} */ (thread.bound)) return false;
  const action = u.type === 'share' ? 'dpv:Collect' : field(u, 'action');
  const use = { action, purpose: field(u, 'purpose') };
  return thread.agreements.every((p) => couldBeGranted(thread, p, use, u.at));
}

/**
 * U1 and U2.
 * @param {Held} held @param {Statement} u a use or share that is held
 * @param {(set: Set<string>) => View} fold
 * @returns {UseStatus}
 */
export function judge(held, u, fold) {
  if (u.body === null) return 'unverified';
  if (!stands(fold(held.pastOf(u)), u)) return 'breach';
  const unaware = [...held.statements.values()].filter((s) => !held.knows(s, u.id)).map((s) => s.id);
  return stands(fold(new Set(unaware)), u) ? 'covered' : 'raced';
}
