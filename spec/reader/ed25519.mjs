/**
 * Which Ed25519 signatures and keys are accepted (spec: envelope, Envelope).
 *
 * The equation is computed here, on the points of the library, because libraries differ on the cofactor.
 */

import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';

import { concat, equal, littleEndian } from './bytes.mjs';
import { Refusal, require } from './errors.mjs';

const { Point } = ed25519;
const L = Point.Fn.ORDER;
const P = Point.Fp.ORDER;
const Y_BITS = 2n ** 255n - 1n;

/** @typedef {InstanceType<typeof Point>} CurvePoint */

/** @param {Uint8Array} bytes @returns {CurvePoint | null} */
function decompress(bytes) {
  try {
    return Point.fromBytes(bytes);
  } catch {
    return null; // the library has one exception for every way of being no point
  }
}

/** @param {Uint8Array} bytes of 32 @returns {boolean} y is reduced, and x = 0 has no sign */
function isCanonical(bytes) {
  const y = littleEndian(bytes) & Y_BITS;
  return y < P && !((y === 1n || y === P - 1n) && bytes[31] >= 0x80);
}

/**
 * The checks made where a key is introduced.
 * @param {Uint8Array} key
 */
export function checkKey(key) {
  require(key.length === 32, 'key-length');
  require(isCanonical(key), 'key-canonical');
  const point = decompress(key);
  if (point === null) throw new Refusal('key-subgroup', 'on no point of the curve');
  require(!point.isSmallOrder(), 'key-small-order');
  require(point.isTorsionFree(), 'key-subgroup');
}

/**
 * encode([S]B - [h]A) = R, without the cofactor and with h reduced modulo L.
 * @param {Uint8Array} key
 * @param {Uint8Array} message
 * @param {Uint8Array} signature
 * @returns {boolean}
 */
export function verify(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const encodedR = signature.subarray(0, 32);
  const s = littleEndian(signature.subarray(32));
  if (s >= L) return false;
  const a = decompress(key);
  const r = decompress(encodedR);
  if (a === null || r === null || a.isSmallOrder() || r.isSmallOrder()) return false;
  const h = littleEndian(sha512(concat(encodedR, key, message))) % L;
  const left = Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(h));
  return equal(left.toBytes(), encodedR);
}

/** @param {Uint8Array} seed 32 bytes @returns {Uint8Array} */
export function publicOf(seed) {
  require(seed.length === 32, 'secret-length');
  return ed25519.getPublicKey(seed);
}

/** @param {Uint8Array} seed 32 bytes @param {Uint8Array} message @returns {Uint8Array} */
export function sign(seed, message) {
  require(seed.length === 32, 'secret-length');
  return ed25519.sign(message, seed);
}
