/**
 * Which statements exist (spec: ledger, A2, W1 to W4 and W8). What is asked here follows from the header
 * and its past; of a join also from its body.
 *
 * @typedef {import('./statements.mjs').Statement} Statement
 * @typedef {import('./past.mjs').Held} Held
 */

import { supersedes } from './keys.mjs';
import { field, link } from './statements.mjs';

/**
 * @param {Held} held
 * @param {Statement} s all it names is held
 * @returns {string | null} the code of the rule it breaks, in the order of the page (D); null if it exists
 */
export function malformed(held, s) {
  if (held.open === null) return opens(s);
  return place(held, s) ?? chain(held, s) ?? ownTime(held, s) ?? seenList(held, s)
    ?? keyOfChain(held, s) ?? keyCurrent(held, s) ?? openingOrder(held, s);
}

/** @param {Statement} s the first statement of a ledger */
function opens(s) {
  if (s.type !== 'open' || s.seq !== 0 || s.seen.length > 0 || s.body === null) return 'ledger-opening';
  const { first, second } = field(s, 'roles');
  const leads = [first, second].sort();
  const parties = [s.writer, field(s, 'to')].sort();
  return leads.join() === parties.join() && leads[0] !== leads[1] ? null : 'ledger-opening';
}

/** W2: `prev` is the same writer's, and seq is one more; prev is null iff seq is 0. */
function chain(/** @type {Held} */ held, /** @type {Statement} */ s) {
  if (s.prev === null) return s.seq === 0 ? null : 'ledger-chain';
  const prev = held.get(s.prev);
  return prev.writer === s.writer && s.seq === prev.seq + 1 ? null : 'ledger-chain';
}

/** W3: its time is not less than that of `prev`. */
function ownTime(/** @type {Held} */ held, /** @type {Statement} */ s) {
  return s.prev === null || s.at >= held.get(s.prev).at ? null : 'ledger-time';
}

/** W1: under the key event of `prev`; a `rotate`, and only a `rotate`, may stand under a descendant of it. */
function keyOfChain(/** @type {Held} */ held, /** @type {Statement} */ s) {
  if (s.prev === null) return null;
  const before = held.get(s.prev).ks;
  const history = held.histories.get(s.writer);
  if (s.ks === before) return null;
  return s.type === 'rotate' && supersedes(history, s.ks, before) ? null : 'ledger-key';
}

/** W1: no statement of the same writer in its past stands under a descendant of its key event. */
function keyCurrent(/** @type {Held} */ held, /** @type {Statement} */ s) {
  const history = held.histories.get(s.writer);
  const moved = held.all(held.pastOf(s)).some((t) => t.writer === s.writer && supersedes(history, t.ks, s.ks));
  return moved ? 'ledger-key' : null;
}

/** W4, A1.3: the entries of `seen` name statements rightly, are new, and none is an ancestor of another. */
function seenList(/** @type {Held} */ held, /** @type {Statement} */ s) {
  const before = s.prev === null ? new Set() : held.pastOf(held.get(s.prev));
  const wrong = s.seen.some((entry) => {
    const t = held.get(entry.id);
    if (t.writer !== entry.writer || t.seq !== entry.seq || t.writer === s.writer) return true;
    return before.has(t.id) || s.seen.some((other) => held.lineOf(held.get(other.id)).has(t.id));
  });
  return wrong ? 'ledger-seen' : null;
}

/** W4: an agent's seq 0 has an effective delegation of it in its past, and of one side only. */
function place(/** @type {Held} */ held, /** @type {Statement} */ s) {
  if (!held.histories.has(s.writer)) return 'ledger-writer';
  if (held.isLead(s.writer) || s.prev !== null) return null;
  return held.delegatingSides(s).size === 1 ? null : 'ledger-writer';
}

/** W8: one open; a join is the joiner's first and names the open alone; little is said before it. */
function openingOrder(/** @type {Held} */ held, /** @type {Statement} */ s) {
  const open = /** @type {Statement} */ (held.open);
  if (s.type === 'open') return 'ledger-opening';
  const joining = s.writer === link(open, 'to') && s.prev === null;
  if (joining || s.type === 'join') return joins(open, s) ? null : 'ledger-opening';
  const past = held.pastOf(s);
  if (!past.has(open.id)) return 'ledger-opening';
  if (held.all(past).some((t) => t.type === 'join')) return null;
  if (s.writer !== open.writer || !['propose', 'retract', 'rotate'].includes(s.type)) return 'ledger-opening';
  const again = s.type === 'propose' && held.all(past).some((t) => t.type === 'propose');
  return again ? 'ledger-opening' : null;
}

/** W8, decisions 0027. @param {Statement} open @param {Statement} s @returns {boolean} */
function joins(open, s) {
  if (s.type !== 'join' || s.writer !== link(open, 'to') || s.prev !== null) return false;
  if (s.seen.length !== 1 || s.seen[0].id !== open.id) return false;
  if (s.body === null) return false;
  const [mine, theirs] = [field(s, 'roles'), field(open, 'roles')];
  return mine.first === theirs.first && mine.second === theirs.second;
}
