/**
 * X25519 keys as this protocol takes them (spec: envelope, Sealing; RFC 7748).
 */

import { x25519 } from '@noble/curves/ed25519.js';

import { littleEndian } from './bytes.mjs';
import { Refusal, require } from './errors.mjs';

const P = 2n ** 255n - 19n;

/** @param {Uint8Array} key */
export function checkX25519(key) {
  require(key.length === 32, 'x25519-length');
  const u = littleEndian(key);
  require(u < P, 'x25519-canonical');
  require(u !== 0n, 'x25519-low-order');
}

/** @param {Uint8Array} secret @returns {Uint8Array} */
export function x25519Public(secret) {
  require(secret.length === 32, 'secret-length');
  return x25519.getPublicKey(secret);
}

/**
 * @param {Uint8Array} secret @param {Uint8Array} key
 * @returns {Uint8Array} the shared secret, which is never all zeros
 */
export function exchange(secret, key) {
  checkX25519(key);
  require(secret.length === 32, 'secret-length');
  try {
    return x25519.getSharedSecret(secret, key);
  } catch (fault) {
    // The library refuses exactly one thing here, a result of zeros.
    throw new Refusal('x25519-low-order', String(fault));
  }
}
