/**
 * Parties and their key events (spec: parties, Key events).
 *
 * A history is a tree: two events at one position are both kept, and the ledger judges them.
 */

import { compare, equal } from './bytes.mjs';
import { decode } from './cbor.mjs';
import { hash, readCid } from './cid.mjs';
import { parseEnvelope, verifyEnvelope } from './cose.mjs';
import { checkKey } from './ed25519.mjs';
import { Refusal, require } from './errors.mjs';
import { bstr16, bstr32, choice, cid, integer, list, map, tuple } from './schema.mjs';

const MAX_KEY_EVENTS = 64;
/** Multicodec of an Ed25519 public key. */
const ED25519 = 237;

const keys = list(tuple(choice(ED25519), bstr32), { least: 1, most: 1 });

const inception = map({
  v: choice(1),
  kind: choice('directed', 'public'),
  keys,
  next: bstr32,
  nonce: bstr16,
});

const keyEvent = map({
  v: choice(1),
  from: cid,
  seq: integer(1, MAX_KEY_EVENTS - 1),
  prev: cid,
  keys,
  next: bstr32,
  nonce: bstr16,
});

/**
 * @typedef {object} KeyEvent
 * @property {string} id text form of the CID
 * @property {number} seq 0 for the inception
 * @property {string | null} prev
 * @property {Uint8Array} key the public key
 * @property {Uint8Array} next commitment to the keys to come
 */

/**
 * A later key event, verified for itself alone: whether it follows an event is for its history to say.
 * @param {Uint8Array} envelope
 * @returns {{id: string, key: Uint8Array, fields: {from: string, seq: number, prev: string, next: Uint8Array}}}
 */
export function readKeyEvent(envelope) {
  const parsed = parseEnvelope(envelope, 'kel');
  require(parsed.kid === parsed.id, 'cose-key', 'not of its own payload');
  const fields = keyEvent(decode(parsed.payload));
  const key = fields.keys[0][1];
  checkKey(key);
  verifyEnvelope(parsed, key);
  return { id: parsed.id, key, fields };
}

export class KeyHistory {
  /** @param {Uint8Array} envelope of the inception */
  constructor(envelope) {
    const parsed = parseEnvelope(envelope, 'incp');
    require(parsed.kid === parsed.id, 'cose-key', 'not of its own payload');
    const fields = inception(decode(parsed.payload));
    const key = fields.keys[0][1];
    checkKey(key);
    verifyEnvelope(parsed, key);
    /** @type {string} */
    this.party = parsed.id;
    /** @type {'directed' | 'public'} */
    this.kind = fields.kind;
    /** @type {Map<string, KeyEvent>} in the order they were added */
    this.events = new Map([[parsed.id, { id: parsed.id, seq: 0, prev: null, key, next: fields.next }]]);
    /** @type {Uint8Array[]} */
    this.envelopes = [envelope];
  }

  /**
   * An event that is held already changes nothing.
   * @param {Uint8Array} envelope
   */
  add(envelope) {
    const parsed = parseEnvelope(envelope, 'kel', 'incp');
    if (parsed.kind === 'incp') {
      require(new KeyHistory(envelope).party === this.party, 'history-inception', 'of another party');
      return;
    }
    const { id, key, fields } = readKeyEvent(envelope);
    require(fields.from === this.party, 'history-party');
    if (this.events.has(id)) return;
    const prev = this.events.get(fields.prev);
    if (prev === undefined || fields.seq !== prev.seq + 1) throw new Refusal('history-chain');
    require(equal(prev.next, hash(['lc/next/1', [[ED25519, key]]])), 'history-next');
    require(this.events.size < MAX_KEY_EVENTS, 'history-full');
    this.events.set(id, { id, seq: fields.seq, prev: prev.id, key, next: fields.next });
    this.envelopes.push(envelope);
  }

  /** @returns {string[]} the events nothing follows, sorted as bytes */
  heads() {
    const followed = new Set([...this.events.values()].map((event) => event.prev));
    return [...this.events.keys()]
      .filter((id) => !followed.has(id))
      .sort((a, b) => compare(readCid(a), readCid(b)));
  }

  /** @param {string} id @returns {Uint8Array | undefined} the public key of an event */
  key(id) {
    return this.events.get(id)?.key;
  }

  /**
   * @param {string} ancestor @param {string} id
   * @returns {boolean} whether id is the ancestor or follows it, at once or later
   */
  descendsOrEquals(ancestor, id) {
    for (let event = this.events.get(id); event !== undefined; ) {
      if (event.id === ancestor) return true;
      event = event.prev === null ? undefined : this.events.get(event.prev);
    }
    return false;
  }
}

/**
 * @param {Uint8Array[]} envelopes each after the one it follows
 * @returns {KeyHistory}
 */
export function readHistory(envelopes) {
  require(envelopes.length > 0, 'history-inception', 'empty');
  const history = new KeyHistory(envelopes[0]);
  for (const envelope of envelopes.slice(1)) history.add(envelope);
  return history;
}

/**
 * Takes an event into the history it belongs to, or begins one with it (spec: findings, Exports).
 * @param {Map<string, KeyHistory>} histories by party
 * @param {Uint8Array} envelope
 * @param {number} most parties
 * @returns {boolean} false if it was there before
 */
export function takeKeyEvent(histories, envelope, most) {
  if (parseEnvelope(envelope, 'kel', 'incp').kind === 'incp') {
    const begun = new KeyHistory(envelope);
    if (histories.has(begun.party)) return false;
    require(histories.size < most, 'ledger-writer', 'too many parties');
    histories.set(begun.party, begun);
    return true;
  }
  const history = histories.get(readKeyEvent(envelope).fields.from);
  if (history === undefined) throw new Refusal('cose-typ', 'a later event without its inception');
  const before = history.events.size;
  history.add(envelope);
  return history.events.size > before;
}
