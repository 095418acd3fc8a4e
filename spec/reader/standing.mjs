/**
 * Which statements convict by themselves (spec: findings, Rules, 3), and what a breach is about (spec:
 * findings, Verifying). Asked of the statements of a ledger, and again of those of an evidence object.
 *
 * @typedef {import('./ledger/statements.mjs').Statement} Statement
 * @typedef {import('./ledger/statements.mjs').History} History
 * @typedef {import('./ledger/past.mjs').Held} Held
 */

import { hasParted, supersedes } from './ledger/keys.mjs';
import { compareIds, link } from './ledger/statements.mjs';

/** Ledger, F4. */
const DENIALS = new Set(['retract', 'refuse', 'suspend', 'revoke', 'terminate', 'undelegate']);

/**
 * Findings, Rules, 3: it, or one that follows it on its own branch, is signed under a key event that no known
 * one supersedes; and nothing stands of a directed party whose history has parted.
 * @param {Statement} s
 * @param {History | undefined} history of its writer, as far as it is known
 * @param {Map<string, Statement>} statements among which its branch is looked for
 * @returns {boolean}
 */
export function stands(s, history, statements) {
  if (history === undefined) return false;
  const events = [...history.events.keys()];
  if (history.kind === 'directed' && hasParted(history, events)) return false;
  const isLast = (/** @type {string} */ ks) => !events.some((event) => supersedes(history, event, ks));
  return isLast(s.ks) || [...statements.values()].some((later) =>
    later.writer === s.writer && isLast(later.ks) && follows(later, s, statements));
}

/** @param {Statement} later @param {Statement} s @param {Map<string, Statement>} statements by prev alone */
function follows(later, s, statements) {
  for (let at = statements.get(later.prev ?? ''); at !== undefined; at = statements.get(at.prev ?? '')) {
    if (at.id === s.id) return true;
  }
  return false;
}

/**
 * Ledger, F1, by headers alone: the key events reached on the branch of a statement that none there supersedes.
 * @param {Statement} s @param {History} history @param {Map<string, Statement>} statements @returns {string[]}
 */
function top(s, history, statements) {
  const branch = [...statements.values()].filter((t) => follows(t, s, statements) || follows(s, t, statements));
  const reached = [...new Set([s, ...branch].map((t) => t.ks))];
  return reached.filter((event) => !reached.some((other) => supersedes(history, other, event)));
}

/**
 * Findings, Evidence objects: whether two statements at one place convict, by headers alone. It is a defence
 * (ledger, E1) that what one branch has come to supersedes all the other has, and not the other way round. The
 * writer is convicted (ledger, F3) if both have come to one event that none there supersedes, or if it is public
 * and its history has parted.
 * @param {Statement} s @param {Statement} t @param {History} history of their writer
 * @param {Map<string, Statement>} statements
 * @returns {boolean}
 */
export function forkConvicts(s, t, history, statements) {
  const [one, other] = [top(s, history, statements), top(t, history, statements)];
  const outranks = (/** @type {string[]} */ mine, /** @type {string[]} */ theirs) =>
    theirs.every((event) => mine.some((own) => supersedes(history, own, event)));
  if (outranks(one, other) !== outranks(other, one)) return false;
  if (hasParted(history, history.events.keys())) return history.kind === 'public';
  const there = [...statements.values()].filter((u) => u.writer === s.writer).map((u) => u.ks);
  return one.some((event) => other.includes(event) && !there.some((later) => supersedes(history, later, event)));
}

/**
 * Findings, Verifying: the denials in the past of a breach, of its thread or of none.
 * @param {Held} held @param {Statement} use @returns {Statement[]} sorted
 */
function denialsBefore(held, use) {
  const thread = link(use, 'thread');
  return held.effective(held.pastOf(use), ...DENIALS)
    .filter((s) => link(s, 'thread') === null || link(s, 'thread') === thread)
    .sort((a, b) => compareIds(a.id, b.id));
}

/**
 * Findings, Verifying: which of the two breaches it is, and what that is about: the denials, the first
 * earlier statement of the user's chain that had seen one of them, and the use.
 * @param {Held} held @param {Statement} use that is a breach
 * @returns {{kind: 'use-after-revoke' | 'outside-permission', statements: string[]}}
 */
export function breachOf(held, use) {
  const denials = denialsBefore(held, use);
  if (denials.length === 0) return { kind: 'outside-permission', statements: [use.id] };
  const chain = held.all(held.lineOf(use)).sort((a, b) => a.seq - b.seq);
  const earlier = chain.find((s) => denials.some((denial) => held.knows(s, denial.id)));
  const about = [...denials, ...(earlier === undefined ? [] : [earlier]), use];
  return { kind: 'use-after-revoke', statements: [...new Set(about.map((s) => s.id))] };
}
