/**
 * What a statement confirms (spec: ledger, A1.7 and V4).
 *
 * @typedef {import('./statements.mjs').Statement} Statement
 * @typedef {import('./past.mjs').Held} Held
 * @typedef {import('./fold.mjs').View} View
 */

import { RELEVANT, isKnownType } from './statements.mjs';

/**
 * A1.7: a void statement of a type the fold reads, and one of an unknown type, confirms nothing and
 * acknowledges nothing; any other does both, whatever its body says.
 * @param {Held} held @param {Statement} s @returns {boolean}
 */
export function counts(held, s) {
  if (!isKnownType(s.type)) return false;
  return !RELEVANT.has(s.type) || held.isEffective(s.id);
}

/**
 * V4: the winners, in the fold of its past, that its writer proposed or an agent of which it is the lead.
 * @param {Held} held @param {Statement} s @param {() => View} before the fold of its past
 * @returns {string[]}
 */
export function confirmedBy(held, s, before) {
  if (!counts(held, s)) return [];
  if (held.effective(held.pastOf(s), 'accept').length === 0) return [];
  return [...before().threads.values()].flatMap((thread) => {
    const p = thread.winner;
    if (p === null) return [];
    const own = p.statement.writer === s.writer || held.isByLeadOf(s, p.side);
    return own ? [p.id] : [];
  });
}
