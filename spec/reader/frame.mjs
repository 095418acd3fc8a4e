/**
 * Frames and their items (spec: session, Frames).
 */

import { prekey } from './bodies.mjs';
import { decode } from './cbor.mjs';
import { Refusal, require } from './errors.mjs';
import { opening } from './items.mjs';
import { bstr16, bstr32, bytes, cid, integer, list, map, time, tuple } from './schema.mjs';
import { ascends, bodyRecord, headEntry } from './statement.mjs';

/** @typedef {import('./cbor.mjs').Value} Value */

/** The largest bucket less the length of the frame in it. */
export const MAX_FRAME = 256 * 1024 - 4;
const MAX_ITEMS = 2048;
const MAX_HEADS = 64;

/** @param {Value} value @returns {import('./statement.mjs').Head[]} */
function heads(value) {
  const entries = list(headEntry, { most: MAX_HEADS })(value);
  require(ascends(entries), 'field-order', 'heads');
  return entries;
}

/**
 * What follows the kind of an item.
 * @type {Map<string, import('./schema.mjs').Shape>}
 */
const ITEMS = new Map(Object.entries({
  stmt: tuple(bytes(1, 4096 + 192)),
  body: tuple(bodyRecord),
  kel: tuple(bytes(1, 1024 + 192)),
  opening,
  psk: tuple(bstr32),
  heads: tuple(heads),
  want: (value) => {
    const [party, from, to] = tuple(cid, integer(0), integer(0))(value);
    require(from <= to, 'field-range', 'want');
    return [party, from, to];
  },
  prekey: tuple(prekey),
  ping: tuple(bstr16),
  pong: tuple(bstr16),
}));

/** @param {Value} value @returns {{kind: string, parts: any}} */
function item(value) {
  require(Array.isArray(value) && typeof value[0] === 'string', 'field-kind', 'item');
  const [kind, ...rest] = /** @type {[string, ...Value[]]} */ (value);
  const shape = ITEMS.get(kind);
  if (shape === undefined) throw new Refusal('frame-item', kind);
  return { kind, parts: shape(rest) };
}

/** @param {Value} value @returns {{kind: string, parts: any}[]} */
function items(value) {
  require(!Array.isArray(value) || value.length <= MAX_ITEMS, 'frame-items');
  return list(item)(value);
}

const frame = map({ to: cid, from: cid, rel: cid, n: bstr16, at: time, items });

/**
 * @typedef {object} Frame
 * @property {string} to
 * @property {string} from
 * @property {string} rel
 * @property {Uint8Array} n
 * @property {number} at
 * @property {{kind: string, parts: any}[]} items
 */

/**
 * @param {Uint8Array} bytesOf
 * @returns {{value: Value, frame: Frame}} as encoded, and parsed
 */
export function readFrame(bytesOf) {
  const value = decode(bytesOf, MAX_FRAME);
  return { value, frame: frame(value) };
}
