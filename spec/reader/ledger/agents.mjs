/**
 * What an agent may do (spec: ledger, A1.1, W4 and W7; decisions 0021).
 *
 * @typedef {import('./statements.mjs').Statement} Statement
 * @typedef {import('./statements.mjs').Side} Side
 * @typedef {import('./past.mjs').Held} Held
 */

import { field, link } from './statements.mjs';

/** What an agent signs without leave. */
const FREE = new Set(['ack', 'rotate']);

/** @param {Statement} s @returns {boolean} */
export function needsLeave(s) {
  return !FREE.has(s.type);
}

/**
 * The delegations of the writer of s by its lead that s had seen.
 * @param {Held} held @param {Statement} s of an agent @returns {Statement[]}
 */
export function delegationsOf(held, s) {
  const lead = held.lead(held.sideOf(s));
  return held.effective(held.pastOf(s), 'delegate')
    .filter((d) => d.writer === lead && link(d, 'to') === s.writer);
}

/**
 * W7: those that cover its type, the terms it proposes or accepts, its number and its own time.
 * @param {Held} held @param {Statement} s of an agent, with its body @returns {Statement[]}
 */
export function coveringDelegations(held, s) {
  return delegationsOf(held, s).filter((d) => covers(held, d, s));
}

/** @param {Statement} delegation @param {Statement} s @returns {boolean} */
function coversTerms(delegation, s) {
  const terms = field(delegation, 'terms');
  if (terms === null || (s.type !== 'propose' && s.type !== 'accept')) return true;
  const own = s.type === 'propose' ? s.terms : link(s, 'terms');
  return terms.includes(own);
}

/**
 * W7, D: its type, its terms, its own time, and fewer than `count` earlier statements of its chain covered.
 * The first `count` statements that are covered but for their number are those that are covered.
 * @param {Held} held @param {Statement} delegation of its writer @param {Statement} s @returns {boolean}
 */
function covers(held, delegation, s) {
  const count = field(delegation, 'count');
  const allows = (/** @type {Statement} */ t) => needsLeave(t) && held.knows(t, delegation.id)
    && field(delegation, 'types').includes(t.type) && coversTerms(delegation, t)
    && (field(delegation, 'until') === null || t.at <= field(delegation, 'until'));
  if (!allows(s)) return false;
  return count === null || held.all(held.lineOf(s)).filter(allows).length < count;
}

/**
 * @param {Held} held
 * @param {Iterable<string>} set
 * @param {string} writer
 * @param {Side} side
 * @returns {Statement[]} the undelegations of this writer by the lead of this side
 */
export function dismissalsOf(held, set, writer, side) {
  return held.effective(set, 'undelegate')
    .filter((u) => u.writer === held.lead(side) && dismissedBy(held, u) === writer);
}

/** @param {Held} held @param {Statement} undelegation effective @returns {string} the writer it dismisses */
export function dismissedBy(held, undelegation) {
  return /** @type {string} */ (link(held.get(/** @type {string} */ (link(undelegation, 'ref'))), 'to'));
}
