/**
 * The tree of a log and its proofs (spec: log, Entries to Verifying proofs; RFC 9162, section 2.1).
 *
 * Sizes and indices go up to 2^53 - 1, so nothing here uses the operators on bits, which cut at 32.
 */

import { sha256 } from '@noble/hashes/sha2.js';

import { concat, equal } from './bytes.mjs';
import { MAX_INTEGER } from './cbor.mjs';
import { hash, readCid } from './cid.mjs';
import { require } from './errors.mjs';

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
const HASH_LENGTH = 32;

/**
 * Log, Entries.
 * @param {Uint8Array} salt @param {string} statement or key event @returns {Uint8Array} 32 bytes
 */
export function entryOf(salt, statement) {
  require(salt.length === 32, 'log-salt');
  return hash(['lc/leaf/1', salt, readCid(statement)]);
}

/** Log, Tree. @param {Uint8Array} entry @returns {Uint8Array} the hash of its leaf */
export function leafHash(entry) {
  return sha256(concat(LEAF, entry));
}

/** Log, Tree. @param {Uint8Array} left @param {Uint8Array} right @returns {Uint8Array} */
function nodeHash(left, right) {
  return sha256(concat(NODE, left, right));
}

/** Log, Tree. @param {number} n above 1 @returns {number} the largest power of two below n */
function split(n) {
  let k = 1;
  while (2 * k < n) k *= 2;
  return k;
}

/** Log, Tree. @param {Uint8Array[]} entries @returns {Uint8Array} */
export function root(entries) {
  if (entries.length === 0) return sha256(new Uint8Array(0));
  if (entries.length === 1) return leafHash(entries[0]);
  const k = split(entries.length);
  return nodeHash(root(entries.slice(0, k)), root(entries.slice(k)));
}

/**
 * Log, Tree (RFC 9162, section 2.1.3.1).
 * @param {Uint8Array[]} entries @param {number} index @returns {Uint8Array[]}
 */
export function proveInclusion(entries, index) {
  require(index >= 0 && index < entries.length, 'log-index');
  if (entries.length === 1) return [];
  const k = split(entries.length);
  const [left, right] = [entries.slice(0, k), entries.slice(k)];
  return index < k
    ? [...proveInclusion(left, index), root(right)]
    : [...proveInclusion(right, index - k), root(left)];
}

/**
 * Log, Tree (RFC 9162, section 2.1.4.1).
 * @param {Uint8Array[]} entries @param {number} from a size @returns {Uint8Array[]}
 */
export function proveConsistency(entries, from) {
  require(from !== 0, 'log-empty');
  require(from > 0 && from <= entries.length, 'log-size');
  return subproof(entries, from, true);
}

/**
 * @param {Uint8Array[]} entries @param {number} from
 * @param {boolean} whole whether the verifier knows the root of these entries, if all are of the tree before
 * @returns {Uint8Array[]}
 */
function subproof(entries, from, whole) {
  if (from === entries.length) return whole ? [] : [root(entries)];
  const k = split(entries.length);
  const [left, right] = [entries.slice(0, k), entries.slice(k)];
  return from <= k
    ? [...subproof(left, from, whole), root(right)]
    : [...subproof(right, from - k, false), root(left)];
}

/** @param {number} n @returns {boolean} */
const isOdd = (n) => n % 2 === 1;
/** @param {number} n @returns {number} */
const half = (n) => Math.floor(n / 2);

/**
 * The way of two numbers of leaves up to the root (RFC 9162, sections 2.1.3.2 and 2.1.4.2): on which side
 * each hash of the proof stands.
 * @param {number} fn @param {number} sn @param {number} count of hashes
 * @returns {('left' | 'right')[]}
 */
function sides(fn, sn, count) {
  /** @type {('left' | 'right')[]} */
  const out = [];
  while (sn !== 0) {
    require(out.length < count, 'log-proof-length', 'too few');
    if (isOdd(fn) || fn === sn) {
      out.push('left');
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      out.push('right');
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  require(out.length === count, 'log-proof-length', 'too many');
  return out;
}

/**
 * Log, Verifying proofs.
 * @param {Uint8Array} leaf hash of the leaf @param {number} index @param {number} size
 * @param {Uint8Array[]} proof @param {Uint8Array} expected the root
 */
export function verifyInclusion(leaf, index, size, proof, expected) {
  require(size >= 1 && size <= MAX_INTEGER, 'log-size');
  require(index >= 0 && index < size, 'log-index');
  require([leaf, ...proof].every((part) => part.length === HASH_LENGTH), 'log-hash');
  const way = sides(index, size - 1, proof.length);
  const reached = way.reduce(
    (below, side, i) => (side === 'left' ? nodeHash(proof[i], below) : nodeHash(below, proof[i])),
    leaf,
  );
  require(equal(reached, expected), 'log-inclusion');
}

/**
 * Log, Verifying proofs.
 * @param {number} from @param {number} to sizes @param {Uint8Array[]} proof
 * @param {Uint8Array} fromRoot @param {Uint8Array} toRoot
 */
export function verifyConsistency(from, to, proof, fromRoot, toRoot) {
  require(from !== 0, 'log-empty');
  require(from > 0 && from <= to && to <= MAX_INTEGER, 'log-size');
  require(proof.every((part) => part.length === HASH_LENGTH), 'log-hash');
  if (from === to) {
    require(proof.length === 0, 'log-proof-length');
    require(equal(fromRoot, toRoot), 'log-inconsistent');
    return;
  }
  let [fn, sn] = [from - 1, to - 1];
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
  // Only of a power of two nothing is left: then the tree before is a subtree, and its root the first hash.
  const path = fn === 0 ? [fromRoot, ...proof] : proof;
  require(path.length > 0, 'log-proof-length', 'none');
  const way = sides(fn, sn, path.length - 1);
  let [before, after] = [path[0], path[0]];
  for (const [i, side] of way.entries()) {
    const part = path[i + 1];
    if (side === 'left') before = nodeHash(part, before);
    after = side === 'left' ? nodeHash(part, after) : nodeHash(after, part);
  }
  require(equal(before, fromRoot) && equal(after, toRoot), 'log-inconsistent');
}
