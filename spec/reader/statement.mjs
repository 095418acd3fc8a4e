/**
 * Statements: a signed header, and the body record it binds (spec: statements).
 */

import { compare, equal } from './bytes.mjs';
import { readBody } from './bodies.mjs';
import { decode } from './cbor.mjs';
import { hash, readCid } from './cid.mjs';
import { parseEnvelope, verifyEnvelope } from './cose.mjs';
import { Refusal, require } from './errors.mjs';
import { bstr32, bytes, choice, cid, integer, list, map, orNull, text, time, tuple } from './schema.mjs';

const MAX_SEEN = 64;
const MAX_BODY = 65536;

/** [party, seq, cid], as in `seen` and in a frame's heads. */
export const headEntry = tuple(cid, integer(0), cid);
export const bodyRecord = tuple(bstr32, bytes(1, MAX_BODY));

const header = map({
  v: choice(1),
  type: text,
  rel: orNull(cid),
  from: cid,
  seq: integer(0),
  prev: orNull(cid),
  seen: list(headEntry, { most: MAX_SEEN }),
  at: time,
  ks: cid,
  bh: bstr32,
});

/**
 * @typedef {[party: string, seq: number, id: string]} Head
 *
 * @typedef {object} Header
 * @property {string} type
 * @property {string | null} rel
 * @property {string} from
 * @property {number} seq
 * @property {string | null} prev
 * @property {Head[]} seen
 * @property {number} at
 * @property {string} ks
 * @property {Uint8Array} bh
 *
 * @typedef {object} Body
 * @property {Uint8Array} salt
 * @property {Uint8Array} bytes
 * @property {import('./cbor.mjs').Value} value as encoded; null if there is a fault
 * @property {any} fields parsed as bodies.mjs says; null if there is a fault
 * @property {'bad-body' | null} fault
 *
 * @typedef {object} Statement all cids in text form
 * @property {string} id
 * @property {Uint8Array} envelope
 * @property {Uint8Array} payload
 * @property {Header} header
 * @property {Body | null} body null if it is not held
 */

/** @param {Head} a @param {Head} b @returns {number} by party, then seq, then cid */
export function compareHeads(a, b) {
  return compare(readCid(a[0]), readCid(b[0])) || a[1] - b[1] || compare(readCid(a[2]), readCid(b[2]));
}

/** @param {Head[]} heads @returns {boolean} */
export function ascends(heads) {
  return heads.every((entry, i) => i === 0 || compareHeads(heads[i - 1], entry) < 0);
}

/**
 * Nothing of the payload is looked at before its signature is verified: the key is found by its kid.
 * @param {Uint8Array} envelope
 * @param {Iterable<import('./keys.mjs').KeyHistory>} histories of the writers of the relationship
 * @returns {Statement} without a body
 */
export function readStatement(envelope, histories) {
  const parsed = parseEnvelope(envelope, 'stmt');
  const signer = [...histories].find((history) => history.events.has(parsed.kid));
  verifyEnvelope(parsed, signer?.key(parsed.kid));
  /** @type {Header} */
  const fields = header(decode(parsed.payload));
  require(fields.ks === parsed.kid && fields.from === signer?.party, 'statement-signer');
  require((fields.prev === null) === (fields.seq === 0), 'statement-prev');
  require((fields.rel === null) === (fields.type === 'open'), 'statement-rel');
  require(ascends(fields.seen), 'statement-seen', 'order');
  require(fields.seen.every(([party]) => party !== fields.from), 'statement-seen', 'the writer');
  return { id: parsed.id, envelope, payload: parsed.payload, header: fields, body: null };
}

/**
 * A record the header binds whose body has not its shape is a faulty body and no refusal.
 * @param {Statement} statement
 * @param {[Uint8Array, Uint8Array]} record
 * @returns {Statement} the same with its body
 */
export function withBody(statement, record) {
  const [salt, bodyBytes] = bodyRecord(record);
  require(equal(hash(['lc/body/1', salt, bodyBytes]), statement.header.bh), 'body-mismatch');
  /** @type {Body} */
  const body = { salt, bytes: bodyBytes, value: null, fields: null, fault: null };
  try {
    Object.assign(body, readBody(statement.header.type, bodyBytes));
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    body.fault = 'bad-body';
  }
  return { ...statement, body };
}
