/**
 * Shapes of maps and their fields, built up from small parts (spec: README, Notation).
 *
 * A shape is a function that takes a value of the encoding profile, refuses it or returns it parsed: a
 * `cid` as its text form, a map as an object of its fields, a byte string as bytes.
 * @typedef {import('./cbor.mjs').Value} Value
 */

import { littleEndian, toHex } from './bytes.mjs';
import { MAX_INTEGER, encode, isProtocolText } from './cbor.mjs';
import { cidText, isCid } from './cid.mjs';
import { Refusal, require } from './errors.mjs';

/** @typedef {(value: Value) => any} Shape */

/** @type {(least: number, most?: number) => Shape} */
export const integer = (least, most = MAX_INTEGER) => (value) => {
  require(typeof value === 'number', 'field-kind', 'integer');
  require(value >= least && value <= most, 'field-range', String(value));
  return value;
};

/** Unix milliseconds. */
export const time = integer(0);
/** A length of time in milliseconds. */
export const ms = integer(1);

/** @type {Shape} */
export const bool = (value) => {
  require(typeof value === 'boolean', 'field-kind', 'boolean');
  return value;
};

/** @type {(least: number, most?: number) => Shape} */
export const bytes = (least, most = least) => (value) => {
  require(value instanceof Uint8Array, 'field-kind', 'bytes');
  require(value.length >= least && value.length <= most, 'field-length', String(value.length));
  return value;
};

export const bstr16 = bytes(16);
export const bstr32 = bytes(32);

/** A public key of X25519. @type {Shape} */
export const x25519 = (value) => {
  const key = bstr32(value);
  const u = littleEndian(key);
  require(u > 0n && u < 2n ** 255n - 19n, 'field-range', 'x25519');
  return key;
};

/** @type {Shape} */
export const cid = (value) => {
  require(value instanceof Uint8Array, 'field-kind', 'cid');
  require(isCid(value), 'field-cid');
  return cidText(/** @type {Uint8Array} */ (value));
};

/**
 * Free text of 1 to `most` code points.
 * @param {number} most @param {{lines?: boolean, pattern?: RegExp}} [rules] lines: line feeds are allowed
 * @returns {Shape}
 */
export const freeText = (most, { lines = false, pattern } = {}) => (value) => {
  if (typeof value !== 'string') throw new Refusal('field-kind', 'text');
  const length = [...value].length;
  require(length >= 1 && length <= most, 'field-length', String(length));
  require(lines || !value.includes('\n'), 'field-text');
  require(pattern === undefined || pattern.test(value), 'field-text', value);
  return value;
};

/** Protocol text, of a form or of any. @type {(pattern?: RegExp) => Shape} */
export const protocolText = (pattern) => (value) => {
  if (typeof value !== 'string') throw new Refusal('field-kind', 'text');
  require(isProtocolText(value), 'field-text', value);
  require(pattern === undefined || pattern.test(value), 'field-text', value);
  return value;
};

export const text = protocolText();
export const curie = protocolText(/^[a-z][a-z0-9-]*:[A-Za-z0-9][A-Za-z0-9_.-]*$/);
export const path = protocolText(/^[^/]+(\/[^/]+)*$/);
export const country = protocolText(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/);
/** A DNS name as A-labels: at least two labels, the last beginning with a letter. */
export const name = freeText(253, {
  pattern: /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
});
export const address = freeText(256, { pattern: /^[a-z][a-z0-9+.-]*:\/\/[\x21-\x7e]+$/ });

/** @type {(...values: (string | number)[]) => Shape} */
export const choice = (...values) => (value) => {
  require(values.includes(/** @type {string | number} */ (value)), 'field-choice', String(value));
  return value;
};

/** @type {(shape: Shape) => Shape} */
export const orNull = (shape) => (value) => (value === null ? null : shape(value));

/**
 * @param {Shape} shape of every entry
 * @param {{least?: number, most?: number, set?: boolean}} [rules] set: no entry twice
 * @returns {Shape}
 */
export function list(shape, { least = 0, most = Infinity, set = false } = {}) {
  return (value) => {
    require(Array.isArray(value), 'field-kind', 'array');
    const entries = /** @type {Value[]} */ (value);
    require(entries.length >= least && entries.length <= most, 'field-length', String(entries.length));
    const out = entries.map(shape);
    if (set) {
      const encoded = new Set(entries.map((entry) => toHex(encode(entry))));
      require(encoded.size === entries.length, 'field-order');
    }
    return out;
  };
}

/** An array with a shape for each place. @type {(...shapes: Shape[]) => Shape} */
export const tuple = (...shapes) => (value) => {
  require(Array.isArray(value), 'field-kind', 'array');
  const entries = /** @type {Value[]} */ (value);
  require(entries.length === shapes.length, 'field-length', String(entries.length));
  return shapes.map((shape, i) => shape(entries[i]));
};

/**
 * @param {Record<string, Shape>} fields a name ending in `?` is of a field that may be absent
 * @param {{open?: boolean, check?: (parsed: any) => void}} [rules] open: other fields are let pass, and
 *   left out of what is returned
 * @returns {Shape}
 */
export function map(fields, { open = false, check } = {}) {
  const shapes = Object.entries(fields).map(([name, shape]) => ({
    name: name.replace(/\?$/, ''),
    optional: name.endsWith('?'),
    shape,
  }));
  const names = new Set(shapes.map(({ name }) => name));
  return (value) => {
    require(value instanceof Map, 'field-kind', 'map');
    const given = /** @type {Map<string, Value>} */ (value);
    /** @type {Record<string, any>} */
    const out = {};
    for (const { name, optional, shape } of shapes) {
      const part = given.get(name);
      if (part !== undefined) out[name] = shape(part);
      else if (!optional) throw new Refusal('field-missing', name);
    }
    for (const name of given.keys()) require(open || names.has(name), 'field-unknown', name);
    check?.(out);
    return out;
  };
}
