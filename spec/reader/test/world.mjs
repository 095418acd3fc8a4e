/** Signed things to test with: parties, statements, cards and frames from seeds, the same every time. */

import { sha256 } from '@noble/hashes/sha2.js';

import { toHex, utf8 } from '../bytes.mjs';
import { encode } from '../cbor.mjs';
import { cidOf, cidText, hash } from '../cid.mjs';
import { signEnvelope } from '../cose.mjs';
import { publicOf } from '../ed25519.mjs';
import { x25519Public } from '../x25519.mjs';

export const T0 = 1767225600000;

/** @param {string} name @returns {Uint8Array} */
export function seed(name) {
  return sha256(utf8(`reader test ${name}`));
}

/** @param {Record<string, any>} fields @returns {Map<string, any>} those that are not undefined */
export function toMap(fields) {
  return new Map(Object.entries(fields).filter(([, value]) => value !== undefined));
}

export class Party {
  /** @param {string} name @param {'directed' | 'public'} kind */
  constructor(name, kind) {
    this.name = name;
    this.count = 0;
    const payload = encode(toMap({ v: 1, kind, ...this.#announce(0) }));
    this.party = cidOf(payload);
    this.ks = this.party;
    this.history = [signEnvelope('incp', this.secret(0), this.party, payload)];
  }

  /** @param {number} seq */
  secret(seq) {
    return seed(`${this.name} key ${seq}`);
  }

  /** @param {number} seq */
  #announce(seq) {
    const keys = (/** @type {number} */ at) => [[237, publicOf(this.secret(at))]];
    return {
      keys: keys(seq),
      next: hash(['lc/next/1', keys(seq + 1)]),
      nonce: seed(`${this.name} nonce ${seq}`).slice(0, 16),
    };
  }

  rotate() {
    this.count += 1;
    const payload = encode(toMap({
      v: 1, from: this.party, seq: this.count, prev: this.ks, ...this.#announce(this.count),
    }));
    this.ks = cidOf(payload);
    this.history.push(signEnvelope('kel', this.secret(this.count), this.ks, payload));
  }

  /** @param {'stmt' | 'card'} kind @param {Map<string, any>} payload @returns {Uint8Array} */
  sign(kind, payload) {
    return signEnvelope(kind, this.secret(this.count), this.ks, encode(payload));
  }

  /**
   * @param {string} type @param {Record<string, any>} body @param {Record<string, any>} [changes]
   * @returns {{id: Uint8Array, json: {envelope: string, body: [string, string]}}}
   */
  say(type, body, changes = {}) {
    const salt = seed(`${this.name} salt ${type}`);
    const bytes = encode(toMap(body));
    const header = toMap({
      v: 1, type, rel: null, from: this.party, seq: 0, prev: null, seen: [], at: T0, ks: this.ks,
      bh: hash(['lc/body/1', salt, bytes]), ...changes,
    });
    return {
      id: cidOf(encode(header)),
      json: { envelope: toHex(this.sign('stmt', header)), body: [toHex(salt), toHex(bytes)] },
    };
  }

  /** @param {string} which @returns {Map<string, any>} */
  prekey(which) {
    const pk = x25519Public(seed(`${this.name} prekey ${which}`));
    return toMap({ id: seed(`${this.name} id ${which}`).slice(0, 16), pk, not_after: T0 + 1e9 });
  }
}

/** @param {Uint8Array} cid @returns {string} */
export const text = cidText;
/** @param {Party} party @returns {string[]} */
export const historyOf = (party) => party.history.map(toHex);
