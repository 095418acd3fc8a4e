/**
 * The encoding profile: deterministic CBOR, narrowed (spec: encoding, Values; RFC 8949).
 *
 * A value is null, a boolean, an integer (number), a byte string (Uint8Array), text (string), an array
 * of values or a Map from texts to values.
 * @typedef {null | boolean | number | Uint8Array | string | any[] | Map<string, any>} Value
 */

import { compare, concat, fromUtf8, join, utf8 } from './bytes.mjs';
import { Refusal, require } from './errors.mjs';

export const MAX_INTEGER = Number.MAX_SAFE_INTEGER;
const MAX_DEPTH = 16;

const [UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE] = [0, 1, 2, 3, 4, 5, 6, 7];

/** C0 but line feed, DEL, C1, and the bidirectional controls; a lone surrogate has no encoding. */
const FORBIDDEN = new RegExp(
  '[\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff]',
  'u',
);
const PROTOCOL_TEXT = /^[\x21-\x7e]{1,128}$/;

/** @param {string} text @returns {boolean} */
export function isProtocolText(text) {
  return PROTOCOL_TEXT.test(text);
}

/** @param {string} text @returns {boolean} */
export function isFreeText(text) {
  return !FORBIDDEN.test(text);
}

/** A cursor over bytes that are read once, from the left. */
class Reader {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  /** @param {number} count @returns {Uint8Array} a copy */
  take(count) {
    require(count <= this.bytes.length - this.at, 'cbor-truncated');
    this.at += count;
    return this.bytes.slice(this.at - count, this.at);
  }

  /** @returns {{major: number, info: number, argument: bigint}} */
  head() {
    const [initial] = this.take(1);
    const major = initial >> 5;
    const info = initial & 31;
    if (major === SIMPLE) return { major, info, argument: 0n };
    require(info !== 31 || major < BYTES || major === TAG, 'cbor-indefinite');
    require(info < 28, 'cbor-reserved');
    if (info < 24) return { major, info, argument: BigInt(info) };
    let argument = 0n;
    for (const byte of this.take(1 << (info - 24))) argument = (argument << 8n) | BigInt(byte);
    return { major, info, argument };
  }

  /** @param {number} depth of the container this value is in @returns {Value} */
  value(depth) {
    const { major, info, argument } = this.head();
    if (major === TAG) throw new Refusal('cbor-tag');
    if (major === SIMPLE) return simple(info);
    require(isShortest(info, argument), 'cbor-not-minimal');
    if (major === UNSIGNED || major === NEGATIVE) {
      const limit = BigInt(MAX_INTEGER) - (major === NEGATIVE ? 1n : 0n);
      require(argument <= limit, 'cbor-integer');
      return major === NEGATIVE ? -1 - Number(argument) : Number(argument);
    }
    if (major === BYTES) return this.string(argument);
    if (major === TEXT) {
      const text = fromUtf8(this.string(argument), 'cbor-utf8');
      require(isFreeText(text), 'cbor-text');
      return text;
    }
    require(depth < MAX_DEPTH, 'cbor-depth');
    const least = major === ARRAY ? argument : 2n * argument;
    require(least <= BigInt(this.bytes.length - this.at), 'cbor-truncated');
    return major === ARRAY
      ? this.array(Number(argument), depth + 1)
      : this.map(Number(argument), depth + 1);
  }

  /** @param {bigint} length */
  string(length) {
    require(length <= BigInt(this.bytes.length - this.at), 'cbor-truncated');
    return this.take(Number(length));
  }

  /** @param {number} count @param {number} depth @returns {Value[]} */
  array(count, depth) {
    const out = [];
    for (let i = 0; i < count; i++) out.push(this.value(depth));
    return out;
  }

  /** @param {number} count @param {number} depth @returns {Map<string, Value>} */
  map(count, depth) {
    const out = new Map();
    /** @type {Uint8Array | null} */
    let last = null;
    for (let i = 0; i < count; i++) {
      const start = this.at;
      const key = this.key();
      const encoded = this.bytes.subarray(start, this.at);
      require(!out.has(key), 'cbor-key-duplicate', key);
      require(last === null || compare(last, encoded) < 0, 'cbor-key-order', key);
      last = encoded;
      out.set(key, this.value(depth));
    }
    return out;
  }

  /** @returns {string} */
  key() {
    const { major, info, argument } = this.head();
    require(major === TEXT, 'cbor-key', 'not text');
    require(isShortest(info, argument), 'cbor-not-minimal');
    const text = fromUtf8(this.string(argument), 'cbor-utf8');
    require(isProtocolText(text), 'cbor-key', 'not protocol text');
    return text;
  }
}

/** @param {number} info @param {bigint} argument of a head */
function isShortest(info, argument) {
  if (info < 24) return true;
  return info === 24 ? argument >= 24n : argument >> BigInt(4 << (info - 24)) > 0n;
}

/** @param {number} info of a head of major type 7 */
function simple(info) {
  if (info === 31) throw new Refusal('cbor-indefinite');
  if (info >= 25 && info <= 27) throw new Refusal('cbor-float');
  if (info === 20) return false;
  if (info === 21) return true;
  if (info === 22) return null;
  throw new Refusal('cbor-simple');
}

/**
 * @param {Uint8Array} bytes exactly one value
 * @param {number} [most] bytes that what is read may have
 * @returns {Value}
 */
export function decode(bytes, most = Infinity) {
  require(bytes.length <= most, 'cbor-too-large');
  const reader = new Reader(bytes);
  const value = reader.value(0);
  require(reader.at === bytes.length, 'cbor-trailing');
  return value;
}

/** @param {number} major @param {number} argument @returns {Uint8Array} */
export function head(major, argument) {
  const lead = major << 5;
  if (argument < 24) return Uint8Array.of(lead | argument);
  const wide = BigInt(argument);
  const size = argument < 0x100 ? 0 : argument < 0x10000 ? 1 : argument < 0x100000000 ? 2 : 3;
  const out = new Uint8Array(1 + (1 << size));
  out[0] = lead | (24 + size);
  for (let i = 1; i < out.length; i++) {
    out[i] = Number((wide >> BigInt(8 * (out.length - 1 - i))) & 255n);
  }
  return out;
}

/** @param {string} text @returns {Uint8Array} */
function encodeText(text) {
  require(isFreeText(text), 'cbor-text');
  const bytes = utf8(text);
  return concat(head(TEXT, bytes.length), bytes);
}

/** @param {Map<string, Value>} map @param {number} depth @returns {Uint8Array} */
function encodeMap(map, depth) {
  const entries = [...map].map(([key, value]) => {
    require(isProtocolText(key), 'cbor-key');
    return { key: encodeText(key), value: encode(value, depth) };
  });
  entries.sort((a, b) => compare(a.key, b.key));
  return join([head(MAP, map.size), ...entries.flatMap(({ key, value }) => [key, value])]);
}

/**
 * @param {Value} value
 * @param {number} [depth] of the container it is in
 * @returns {Uint8Array}
 */
export function encode(value, depth = 0) {
  if (value === null) return Uint8Array.of(0xf6);
  if (typeof value === 'boolean') return Uint8Array.of(value ? 0xf5 : 0xf4);
  if (typeof value === 'number') {
    require(Number.isInteger(value), 'cbor-value', 'not an integer');
    require(Number.isSafeInteger(value), 'cbor-integer');
    return value < 0 ? head(NEGATIVE, -1 - value) : head(UNSIGNED, value);
  }
  if (typeof value === 'string') return encodeText(value);
  if (value instanceof Uint8Array) return concat(head(BYTES, value.length), value);
  require(Array.isArray(value) || value instanceof Map, 'cbor-value');
  require(depth < MAX_DEPTH, 'cbor-depth');
  if (value instanceof Map) return encodeMap(value, depth + 1);
  return join([head(ARRAY, value.length), ...value.map((part) => encode(part, depth + 1))]);
}
