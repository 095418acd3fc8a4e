/**
 * Evidence objects: a conviction, derived again from what the object holds (spec: findings, Evidence
 * objects).
 *
 * @typedef {import('./ledger/statements.mjs').Statement} Statement
 * @typedef {import('./keys.mjs').KeyHistory} KeyHistory
 *
 * @typedef {object} Evidence
 * @property {'fork' | 'key-fork' | 'use-after-revoke' | 'outside-permission'} kind
 * @property {string | null} rel
 * @property {string[]} about
 * @property {Uint8Array[]} kel
 * @property {[envelope: Uint8Array, salt: Uint8Array | null, body: Uint8Array | null][]} stmts
 *
 * @typedef {{kind: string, party: string, statements: string[]}} Shown
 */

import { decode } from './cbor.mjs';
import { Refusal, require } from './errors.mjs';
import { takeKeyEvent } from './keys.mjs';
import { Ledger } from './ledger/ledger.mjs';
import { compareIds, hasBody, ofRead } from './ledger/statements.mjs';
import { judge } from './ledger/uses.mjs';
import { bstr32, bytes, choice, cid, list, map, orNull, tuple } from './schema.mjs';
import { breachOf, forkConvicts, stands } from './standing.mjs';
import { readStatement, withBody } from './statement.mjs';

const MAX_EVIDENCE = 16 * 1024 * 1024;
const [MAX_ABOUT, MAX_EVENTS, MAX_EVENT, MAX_HEADER, MAX_BODY] = [64, 1024, 1280, 4352, 65536];

const object = map({
  v: choice(1),
  kind: choice('fork', 'key-fork', 'use-after-revoke', 'outside-permission'),
  rel: orNull(cid),
  about: list(cid, { least: 1, most: MAX_ABOUT, set: true }),
  kel: list(bytes(1, MAX_EVENT), { least: 1, most: MAX_EVENTS }),
  stmts: list(tuple(bytes(1, MAX_HEADER), orNull(bstr32), orNull(bytes(1, MAX_BODY)))),
}, {
  check: ({ stmts }) => require(
    stmts.every((/** @type {any[]} */ [, salt, body]) => (salt === null) === (body === null)),
    'evidence-form',
  ),
});

/** Findings, Evidence objects: the form. @param {Uint8Array} given @returns {Evidence} */
function readForm(given) {
  try {
    return object(decode(given, MAX_EVIDENCE));
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    throw new Refusal('evidence-form', refusal.message);
  }
}

/** @param {unknown} condition @param {string} detail @returns {asserts condition} */
function holds(condition, detail) {
  require(condition, 'evidence-fails', detail);
}

/**
 * Findings, Evidence objects: a fork of keys.
 * @param {Evidence} evidence @param {Map<string, KeyHistory>} histories @returns {Shown}
 */
function showKeyFork({ kind, rel, about, stmts }, histories) {
  holds(rel === null && stmts.length === 0, 'of a relationship');
  holds(about.length >= 2, 'one event');
  const history = [...histories.values()].find(({ events }) => events.has(about[0]));
  holds(history !== undefined && history.kind === 'public', 'not of a public party');
  const { party, events } = history;
  const [seq, ...others] = about.map((id) => events.get(id)?.seq);
  holds(seq !== undefined && others.every((other) => other === seq), 'not at one position');
  return { kind, party, statements: about.sort(compareIds) };
}

/**
 * What the object holds, verified: each statement for itself.
 * @param {Evidence} evidence @param {Map<string, KeyHistory>} histories
 * @returns {Map<string, Statement>} in its order
 */
function readStatements({ stmts }, histories) {
  /** @type {Map<string, Statement>} */
  const statements = new Map();
  for (const [envelope, salt, body] of stmts) {
    const header = readStatement(envelope, histories.values());
    const read = ofRead(salt === null || body === null ? header : withBody(header, [salt, body]));
    const known = statements.get(read.id);
    if (known === undefined || !hasBody(known)) statements.set(read.id, read);
  }
  return statements;
}

/**
 * Findings, Evidence objects: a fork.
 * @param {Evidence} evidence @param {Statement[]} accused
 * @param {Map<string, Statement>} statements @param {Map<string, KeyHistory>} histories
 * @returns {Shown}
 */
function showFork({ kind, about }, accused, statements, histories) {
  holds(accused.length === 2, 'not two statements');
  const [one, other] = accused;
  holds(one.writer === other.writer, 'of two writers');
  holds(one.seq === other.seq && one.prev === other.prev, 'not at one place');
  const history = /** @type {KeyHistory} */ (histories.get(one.writer));
  holds(forkConvicts(one, other, history, statements), 'a defence, or no conviction');
  return { kind, party: one.writer, statements: about.sort(compareIds) };
}

/**
 * Findings, Evidence objects: a breach.
 * @param {Evidence} evidence @param {Statement[]} accused
 * @param {Map<string, Statement>} statements @param {Map<string, KeyHistory>} histories
 * @returns {Shown}
 */
function showBreach({ kind, rel }, accused, statements, histories) {
  const [use, ...more] = accused;
  holds(more.length === 0 && (use.type === 'use' || use.type === 'share'), 'not one use or share');
  const [first] = statements.keys();
  holds(first === rel, 'the first statement is not the open');
  const ledger = new Ledger(histories, { bounded: false });
  for (const s of statements.values()) {
    const { result, refused } = ledger.receive(s);
    holds(result !== 'refused' && refused.size === 0, 'holds one that does not exist');
  }
  const { held } = ledger;
  holds(held.statements.has(use.id) && held.isEffective(use.id), 'not held, or void');
  holds(judge(held, use, (set) => ledger.fold(set)) === 'breach', 'no breach');
  const shown = breachOf(held, use);
  holds(shown.kind === kind, 'another breach');
  return { kind, party: use.writer, statements: shown.statements };
}

/**
 * Findings, Evidence objects: the finding is derived again, and nothing else the object says is believed.
 * @param {Uint8Array} given @returns {Shown}
 */
export function checkEvidence(given) {
  const evidence = readForm(given);
  /** @type {Map<string, KeyHistory>} */
  const histories = new Map();
  for (const envelope of evidence.kel) takeKeyEvent(histories, envelope, MAX_EVENTS);
  if (evidence.kind === 'key-fork') return showKeyFork(evidence, histories);
  const statements = readStatements(evidence, histories);
  const ofRelationship = [...statements.values()].every((s) => (s.rel ?? s.id) === evidence.rel);
  holds(ofRelationship, 'of another relationship');
  const accused = evidence.about.map((id) => {
    const s = statements.get(id);
    holds(s !== undefined, 'not in the object');
    holds(stands(s, histories.get(s.writer), statements), 'does not stand');
    return s;
  });
  if (evidence.kind === 'fork') return showFork(evidence, accused, statements, histories);
  return showBreach(evidence, accused, statements, histories);
}
