/**
 * HPKE in its base and PSK modes, for one message of one suite (RFC 9180): DHKEM(X25519, HKDF-SHA256),
 * HKDF-SHA256, ChaCha20-Poly1305.
 */

import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { expand, extract } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';

import { concat, utf8 } from './bytes.mjs';
import { exchange, x25519Public } from './x25519.mjs';

const NOTHING = new Uint8Array(0);
const VERSION = utf8('HPKE-v1');
const KEM = concat(utf8('KEM'), Uint8Array.of(0x00, 0x20));
const SUITE = concat(utf8('HPKE'), Uint8Array.of(0x00, 0x20, 0x00, 0x01, 0x00, 0x03));
const [BASE, PSK] = [0, 1];

/** @param {Uint8Array} suite @param {Uint8Array} salt @param {string} label @param {Uint8Array} ikm */
function labeledExtract(suite, salt, label, ikm) {
  return extract(sha256, concat(VERSION, suite, utf8(label), ikm), salt);
}

/**
 * @param {Uint8Array} suite @param {Uint8Array} prk @param {string} label @param {Uint8Array} info
 * @param {number} length
 */
function labeledExpand(suite, prk, label, info, length) {
  const size = Uint8Array.of(length >> 8, length & 255);
  return expand(sha256, prk, concat(size, VERSION, suite, utf8(label), info), length);
}

/** @param {Uint8Array} dh @param {Uint8Array} enc @param {Uint8Array} recipient @returns {Uint8Array} */
function kemSecret(dh, enc, recipient) {
  const prk = labeledExtract(KEM, NOTHING, 'eae_prk', dh);
  return labeledExpand(KEM, prk, 'shared_secret', concat(enc, recipient), 32);
}

/**
 * @typedef {object} Pair a pre-shared key and its id
 * @property {Uint8Array} psk
 * @property {Uint8Array} id
 */

/**
 * @param {Uint8Array} shared
 * @param {Uint8Array} info
 * @param {Pair | null} pair null in base mode
 * @param {Uint8Array} aad
 * @returns {ReturnType<typeof chacha20poly1305>} the cipher for the message with sequence number 0
 */
function keySchedule(shared, info, pair, aad) {
  const mode = Uint8Array.of(pair === null ? BASE : PSK);
  const idHash = labeledExtract(SUITE, NOTHING, 'psk_id_hash', pair?.id ?? NOTHING);
  const infoHash = labeledExtract(SUITE, NOTHING, 'info_hash', info);
  const context = concat(mode, idHash, infoHash);
  const secret = labeledExtract(SUITE, shared, 'secret', pair?.psk ?? NOTHING);
  const key = labeledExpand(SUITE, secret, 'key', context, 32);
  const nonce = labeledExpand(SUITE, secret, 'base_nonce', context, 12);
  return chacha20poly1305(key, nonce, aad);
}

/**
 * @param {Uint8Array} recipient public key
 * @param {Uint8Array} ephemeral secret key
 * @param {Uint8Array} info
 * @param {Pair | null} pair
 * @returns {{enc: Uint8Array, seal: (aad: Uint8Array, plaintext: Uint8Array) => Uint8Array}}
 */
export function sender(recipient, ephemeral, info, pair) {
  const enc = x25519Public(ephemeral);
  const shared = kemSecret(exchange(ephemeral, recipient), enc, recipient);
  return { enc, seal: (aad, plaintext) => keySchedule(shared, info, pair, aad).encrypt(plaintext) };
}

/**
 * @param {Uint8Array} enc
 * @param {Uint8Array} secret of the recipient
 * @param {Uint8Array} info
 * @param {Pair | null} pair
 * @param {Uint8Array} aad
 * @param {Uint8Array} ciphertext
 * @returns {Uint8Array | null} the plaintext, or null if it does not open
 */
export function open(enc, secret, info, pair, aad, ciphertext) {
  const shared = kemSecret(exchange(secret, enc), enc, x25519Public(secret));
  const cipher = keySchedule(shared, info, pair, aad);
  try {
    return cipher.decrypt(ciphertext);
  } catch {
    return null; // the library has one exception for a tag that is not right
  }
}
