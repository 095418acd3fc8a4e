/**
 * Byte strings: comparing, joining, hexadecimal and UTF-8. Nothing here knows the protocol.
 */

import { Refusal } from './errors.mjs';

const TO_TEXT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const TO_BYTES = new TextEncoder();

/** @param {Uint8Array[]} parts @returns {Uint8Array} */
export function join(parts) {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** @param {...Uint8Array} parts a few @returns {Uint8Array} */
export function concat(...parts) {
  return join(parts);
}

/**
 * Bytewise order; a prefix comes first.
 * @param {Uint8Array} a @param {Uint8Array} b @returns {number} negative, 0 or positive
 */
export function compare(a, b) {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

/** @param {Uint8Array} a @param {Uint8Array} b @returns {boolean} */
export function equal(a, b) {
  return a.length === b.length && compare(a, b) === 0;
}

/** @param {Uint8Array} bytes @returns {string} lowercase hexadecimal */
export function toHex(bytes) {
  let out = '';
  for (const byte of bytes) out += byte.toString(16).padStart(2, '0');
  return out;
}

/** @param {string} text lowercase hexadecimal @returns {Uint8Array} */
export function fromHex(text) {
  if (typeof text !== 'string' || !/^([0-9a-f]{2})*$/.test(text)) {
    throw new Refusal('request-form', 'not lowercase hexadecimal');
  }
  const out = new Uint8Array(text.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return out;
}

/** @param {string} text @returns {Uint8Array} */
export function utf8(text) {
  return TO_BYTES.encode(text);
}

/**
 * @param {Uint8Array} bytes
 * @param {string} code of the refusal when the bytes are not UTF-8
 * @returns {string}
 */
export function fromUtf8(bytes, code) {
  try {
    return TO_TEXT.decode(bytes);
  } catch (fault) {
    if (fault instanceof TypeError) throw new Refusal(code, 'not UTF-8');
    throw fault;
  }
}

/** @param {string} a @param {string} b @returns {number} the order of their code points */
export function compareText(a, b) {
  return compare(utf8(a), utf8(b));
}

/** @param {Uint8Array} bytes @returns {bigint} read with the least significant byte first */
export function littleEndian(bytes) {
  let out = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) out = (out << 8n) | BigInt(bytes[i]);
  return out;
}
