/**
 * The vocabulary: which term is broader than which (spec: permissions, Words).
 *
 * `table.json` has a member `terms`, an object from ids to [label, [ids of the broader terms]].
 */

import table from '../vocabulary/table.json' with { type: 'json' };

/** @type {Map<string, string[]>} the terms directly above each term */
const BROADER = new Map(Object.entries(table.terms).map(([id, [, parents]]) =>
  [id, /** @type {string[]} */ (parents)]));

/** @param {string} id @returns {boolean} */
export function isTerm(id) {
  return BROADER.has(id);
}

/** @param {string} id @returns {Set<string>} the term itself and all above it; empty if it is no term */
function upwards(id) {
  const found = new Set(isTerm(id) ? [id] : []);
  for (const term of found) for (const parent of BROADER.get(term) ?? []) found.add(parent);
  return found;
}

/**
 * An id that is no term covers nothing, not even itself.
 * @param {string} one @param {string} other @returns {boolean} one is the other, or broader
 */
export function covers(one, other) {
  return upwards(other).has(one);
}

/**
 * @param {string} one @param {string} other
 * @returns {boolean} some term is at or below both
 */
export function touches(one, other) {
  return [...BROADER.keys()].some((term) => covers(one, term) && covers(other, term));
}

/**
 * @param {string} one of a prohibition, or a purpose withdrawn; what is no term touches everything
 * @param {string} other @returns {boolean}
 */
export function forbids(one, other) {
  return !isTerm(one) || touches(one, other);
}
