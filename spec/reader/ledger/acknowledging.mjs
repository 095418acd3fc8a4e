/**
 * What a writer owes, and where it stands (spec: ledger, A8, K1).
 *
 * @typedef {import('./statements.mjs').Statement} Statement
 * @typedef {import('./past.mjs').Held} Held
 */

import { counts } from './facts.mjs';

/** K1: types that ask for no acknowledgement. */
const QUIET = new Set(['ack', 'use', 'share', 'receipt', 'checkpoint']);

/** K1. @param {Held} held @returns {string[]} the leads that owe an acknowledgement */
export function owingLeads(held) {
  if (held.open === null) return [];
  const statements = [...held.statements.values()];
  return /** @type {const} */ (['first', 'second']).filter((side) => {
    const paid = statements.filter((s) => s.writer === held.lead(side) && counts(held, s));
    return statements.some((s) => held.sideOf(s) !== side && !QUIET.has(s.type)
      && !paid.some((own) => held.knows(own, s.id)));
  }).map((side) => held.lead(side));
}

/** @param {Held} held @returns {string[]} the ends of all branches of all writers */
export function heads(held) {
  const followed = new Set([...held.statements.values()].map((s) => s.prev));
  return [...held.statements.keys()].filter((id) => !followed.has(id));
}
