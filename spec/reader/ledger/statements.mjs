/**
 * Statements as the ledger sees them (spec: statements, Header and Bodies; ledger, A1.2 and D1).
 *
 * All identifiers are cids in text form, whose order as text is not that of their bytes.
 *
 * @typedef {object} Statement
 * @property {string} id
 * @property {string} type
 * @property {string | null} rel
 * @property {string} writer
 * @property {number} seq
 * @property {string | null} prev
 * @property {{writer: string, seq: number, id: string}[]} seen
 * @property {number} at Unix milliseconds
 * @property {string} ks the key event it stands under
 * @property {any} body its fields, parsed as bodies.mjs says; null if it is not held or fails its schema
 * @property {string | null} terms the cid of the terms of a proposal with a body
 * @property {boolean} bodyFault a body is held that `bh` binds and that fails its schema
 * @property {number} size of header and body in bytes, for the escrow
 *
 * @typedef {'first' | 'second'} Side
 *
 * @typedef {object} History the key events of one party
 * @property {'directed' | 'public'} kind
 * @property {string} party
 * @property {Map<string, {seq: number, prev: string | null}>} events
 */

import { compare } from '../bytes.mjs';
import { encode } from '../cbor.mjs';
import { cidOf, cidText, readCid } from '../cid.mjs';

/** D1: the types the fold reads. */
export const RELEVANT = new Set([
  'open', 'join', 'propose', 'accept', 'refuse', 'retract', 'suspend', 'resume', 'revoke',
  'terminate', 'delegate', 'undelegate', 'rotate',
]);

/** The other types of version 1 (spec: statements, Bodies). */
const OTHERS = new Set([
  'share', 'use', 'receipt', 'request', 'right', 'erased', 'ask', 'answer', 'dispute', 'checkpoint', 'ack',
]);

/** F4: what gives something. */
export const GRANTS = new Set(['propose', 'accept', 'resume', 'delegate', 'share']);

/** @param {string} type @returns {boolean} */
export function isKnownType(type) {
  return RELEVANT.has(type) || OTHERS.has(type);
}

/** @param {Statement} s @returns {boolean} whether a body is held, sound or not */
export function hasBody(s) {
  return s.body !== null || s.bodyFault;
}

/** @param {Statement} s @param {string} name @returns {any} a field of its body; undefined without a body */
export function field(s, name) {
  return s.body === null ? undefined : s.body[name];
}

/**
 * @param {Statement} s
 * @param {string} name of a field that holds a cid
 * @returns {string | null} the cid; null if the field is null or absent, or there is no body
 */
export function link(s, name) {
  return field(s, name) ?? null;
}

/**
 * A1.6: a thread is named by its root, a proposal that names none.
 * @param {Statement} s
 * @returns {string | null} the thread it is about; null if it is about none, or its body is not held
 */
export function threadOf(s) {
  if (s.type === 'propose' && s.body !== null && link(s, 'thread') === null) return s.id;
  return link(s, 'thread');
}

/**
 * @param {import('../statement.mjs').Statement} read a verified statement
 * @returns {Statement} as the ledger sees it
 */
export function ofRead(read) {
  const { type, rel, from: writer, seq, prev, seen, at, ks } = read.header;
  const { body } = read;
  const value = /** @type {any} */ (body?.value ?? null);
  return {
    id: read.id, type, rel, writer, seq, prev, at, ks,
    seen: seen.map(([party, number, id]) => ({ writer: party, seq: number, id })),
    body: body?.fault === null ? body.fields : null,
    terms: type === 'propose' && value !== null ? cidText(cidOf(encode(value.get('terms')))) : null,
    bodyFault: body !== null && body.fault !== null,
    size: read.payload.length + (body?.bytes.length ?? 0),
  };
}

/** @param {string} a @param {string} b cids @returns {number} the order of their bytes */
export function compareIds(a, b) {
  return compare(readCid(a), readCid(b));
}

/** @param {Statement} s @returns {string[]} the statements it names in its header */
export function named(s) {
  const entries = s.seen.map((entry) => entry.id);
  return s.prev === null ? entries : [s.prev, ...entries];
}
