/**
 * Names made of hashes, and the text forms of keys (spec: encoding, Identifiers).
 */

import { sha256 } from '@noble/hashes/sha2.js';

import { concat, equal } from './bytes.mjs';
import { encode } from './cbor.mjs';
import { require } from './errors.mjs';

/** @typedef {import('./cbor.mjs').Value} Value */

/** CIDv1, dag-cbor, sha2-256, 32 bytes. */
const PREFIX = Uint8Array.of(0x01, 0x71, 0x12, 0x20);
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
/** The multicodec of an Ed25519 public key, 237, as a varint. */
const ED25519 = Uint8Array.of(0xed, 0x01);

/**
 * H of the specification: SHA-256 over the encoding of an array.
 * @param {Value[]} parts @returns {Uint8Array} 32 bytes
 */
export function hash(parts) {
  return sha256(encode(parts));
}

/** @param {Uint8Array} payload @returns {Uint8Array} 36 bytes */
export function cidOf(payload) {
  return concat(PREFIX, sha256(payload));
}

/** @param {unknown} value @returns {value is Uint8Array} */
export function isCid(value) {
  return value instanceof Uint8Array && value.length === 36 && equal(value.subarray(0, 4), PREFIX);
}

/** @param {Uint8Array} cid @returns {string} */
export function cidText(cid) {
  let out = 'b';
  let bits = 0;
  let held = 0;
  for (const byte of cid) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) out += BASE32[(held >> (bits - 5)) & 31];
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? out + BASE32[(held << (5 - bits)) & 31] : out;
}

/** @param {string} text @returns {Uint8Array} */
export function readCid(text) {
  require(typeof text === 'string' && /^b[a-z2-7]{58}$/.test(text), 'cid-text');
  const out = new Uint8Array(36);
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const digit of text.slice(1)) {
    held = (held << 5) | BASE32.indexOf(digit);
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = held >> bits;
      held &= (1 << bits) - 1;
    }
  }
  require(held === 0, 'cid-text', 'bits left over');
  require(isCid(out), 'cid-form');
  return out;
}

/** @param {Uint8Array} bytes @returns {string} */
function base58(bytes) {
  let number = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  let out = '';
  for (; number > 0n; number /= 58n) out = BASE58[Number(number % 58n)] + out;
  for (const byte of bytes) {
    if (byte !== 0) break;
    out = `1${out}`;
  }
  return out;
}

/** @param {Uint8Array} key 32 bytes @returns {string} */
export function didKey(key) {
  require(key.length === 32, 'did-key-form');
  return `did:key:z${base58(concat(ED25519, key))}`;
}

/**
 * There is one text for a key, so whatever is not written back as it was read is refused.
 * @param {string} text @returns {Uint8Array} 32 bytes
 */
export function readDidKey(text) {
  const digits = /^did:key:z([1-9A-HJ-NP-Za-km-z]{1,64})$/.exec(text);
  require(digits !== null, 'did-key-form');
  let number = 0n;
  for (const digit of digits[1]) number = number * 58n + BigInt(BASE58.indexOf(digit));
  const out = new Uint8Array(34);
  for (let i = 33; i >= 0; i--, number >>= 8n) out[i] = Number(number & 255n);
  require(number === 0n && equal(out.subarray(0, 2), ED25519), 'did-key-form');
  const key = out.slice(2);
  require(didKey(key) === text, 'did-key-form');
  return key;
}
