/**
 * What a writer owes, and where it stands (spec: ledger, A8, K1).
 *
 * @typedef {import('./statements.mjs').Statement} Statement
 * @typedef {import('./past.mjs').Held} Held
 */

import { counts } from './facts.mjs';
import { supersedes } from './keys.mjs';
import { compareIds } from './statements.mjs';

/** K1: types that ask for no acknowledgement. */
const QUIET = new Set(['ack', 'use', 'share', 'receipt', 'checkpoint']);

/**
 * K5: the branch a writer goes on from is the one no other supersedes; of several the longest, and of
 * equally long ones the one with the higher last cid.
 * @param {Held} held @param {string} writer @returns {Statement[]} the statements of that branch
 */
function ownBranch(held, writer) {
  const history = held.histories.get(writer);
  const ends = held.all(heads(held)).filter((s) => s.writer === writer);
  const [end] = ends.filter((s) => !ends.some((t) => supersedes(history, t.ks, s.ks)))
    .sort((a, b) => b.seq - a.seq || compareIds(b.id, a.id));
  return end === undefined ? [] : [...held.all(held.lineOf(end)), end];
}

/**
 * K1. A lead that has signed nothing yet owes a join and no acknowledgement.
 * @param {Held} held @returns {string[]} the leads that owe an acknowledgement
 */
export function owingLeads(held) {
  if (held.open === null) return [];
  const statements = [...held.statements.values()];
  return /** @type {const} */ (['first', 'second']).filter((side) => {
    const branch = ownBranch(held, held.lead(side));
    if (branch.length === 0) return false;
    const paid = branch.filter((s) => counts(held, s));
    return statements.some((s) => held.sideOf(s) !== side && !QUIET.has(s.type)
      && !paid.some((own) => held.knows(own, s.id)));
  }).map((side) => held.lead(side));
}

/** @param {Held} held @returns {string[]} the ends of all branches of all writers */
export function heads(held) {
  const followed = new Set([...held.statements.values()].map((s) => s.prev));
  return [...held.statements.keys()].filter((id) => !followed.has(id));
}
