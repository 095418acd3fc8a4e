/**
 * Base64 in the one form an encoder writes (spec: log, Notes; findings, Exports; parties, Cards and links;
 * RFC 4648, sections 4 and 5).
 */

import { require } from './errors.mjs';

const COMMON = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
export const STANDARD = `${COMMON}+/`;
export const URL_SAFE = `${COMMON}-_`;

/**
 * @param {string} text without padding
 * @param {string} alphabet
 * @param {string} code of the refusal
 * @returns {Uint8Array}
 */
export function fromUnpadded(text, alphabet, code) {
  require(text.length % 4 !== 1, code, 'a digit too many');
  const out = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const digit of text) {
    const value = alphabet.indexOf(digit);
    require(value >= 0, code, 'not a digit');
    held = (held << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = held >> bits;
      held &= (1 << bits) - 1;
    }
  }
  require(held === 0, code, 'bits that belong to nothing are set');
  return out;
}

/**
 * @param {string} text with padding
 * @param {string} alphabet
 * @param {string} code of the refusal
 * @returns {Uint8Array}
 */
export function fromPadded(text, alphabet, code) {
  const digits = text.replace(/={1,2}$/, '');
  require(text.length % 4 === 0, code, 'padding');
  require(text.length - digits.length === (4 - (digits.length % 4)) % 4, code, 'padding');
  return fromUnpadded(digits, alphabet, code);
}
