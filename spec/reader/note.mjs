/**
 * Signed notes, verifier keys and checkpoints (spec: log, Notes and Checkpoints; C2SP signed-note,
 * tlog-checkpoint and tlog-cosignature).
 */

import { sha256 } from '@noble/hashes/sha2.js';

import { STANDARD, fromPadded } from './base64.mjs';
import { concat, equal, toHex, utf8 } from './bytes.mjs';
import { MAX_INTEGER, isFreeText } from './cbor.mjs';
import { checkKey, verify } from './ed25519.mjs';
import { Refusal, require } from './errors.mjs';
import { root as rootOf } from './merkle.mjs';

const MAX_NOTE = 4096;
const MAX_NOTE_SIGNATURES = 16;
const DASH = '\u2014 ';
const LINE_FEED = Uint8Array.of(10);
const NOT_IN_NAME = new RegExp(
  '[+\\u0009-\\u000d\\u0020\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]',
  'u',
);
const LOG = 1;
const WITNESS = 4;
const TIME_LENGTH = 8;

/**
 * @typedef {{name: string, id: string, key: Uint8Array}} Verifier the id as hexadecimal
 * @typedef {{name: string, id: string, bytes: Uint8Array}} Signature of a line, without its id
 * @typedef {{text: string, signatures: Signature[]}} Note
 * @typedef {{size: number, root: Uint8Array, witnesses: {name: string, time: number}[]}} Checkpoint
 */

/** Log, Notes. @param {string} text @returns {boolean} */
function isName(text) {
  return text !== '' && isFreeText(text) && !NOT_IN_NAME.test(text);
}

/** Log, Notes. @param {string} text @returns {Uint8Array} */
function base64(text) {
  return fromPadded(text, STANDARD, 'note-base64');
}

/**
 * Log, Notes. The name has no plus sign, the base64 may have some.
 * @param {string} text @param {number} type that is needed @returns {Verifier}
 */
export function readVerifier(text, type) {
  const parts = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/su.exec(text);
  require(parts !== null, 'note-key');
  const [, name, id, digits] = parts;
  require(isName(name), 'note-name');
  const bytes = base64(digits);
  require(bytes[0] === type, 'note-key-type');
  const key = bytes.subarray(1);
  require(key.length === 32, 'note-key', 'not a key of 32 bytes');
  checkKey(key);
  const named = sha256(concat(utf8(name), LINE_FEED, bytes)).subarray(0, 4);
  require(toHex(named) === id, 'note-key-id');
  return { name, id, key };
}

/** Log, Notes. @param {string} line without its line feed @returns {Signature} */
function readLine(line) {
  require(line.startsWith(DASH), 'note-line', 'no dash');
  const rest = line.slice(DASH.length);
  const space = rest.lastIndexOf(' ');
  require(space >= 0, 'note-line', 'no signature');
  const name = rest.slice(0, space);
  require(isName(name), 'note-name');
  const bytes = base64(rest.slice(space + 1));
  require(bytes.length >= 5, 'note-line', 'too few bytes');
  return { name, id: toHex(bytes.subarray(0, 4)), bytes: bytes.subarray(4) };
}

/** Log, Notes. @param {string} note @returns {Note} */
export function readNote(note) {
  require([...note].length <= MAX_NOTE, 'note-size');
  require(isFreeText(note) && note.endsWith('\n'), 'note-text');
  const end = note.lastIndexOf('\n\n');
  require(end >= 0, 'note-signatures', 'no empty line');
  const lines = note.slice(end + 2).split('\n').slice(0, -1);
  require(lines.length >= 1 && lines.length <= MAX_NOTE_SIGNATURES, 'note-signatures');
  return { text: note.slice(0, end + 1), signatures: lines.map(readLine) };
}

/**
 * Log, Notes: a line is of a key if both its name and its id are.
 * @param {Note} note @param {Verifier} verifier @returns {Uint8Array | null} what the key signed it with
 */
function lineOf(note, verifier) {
  const lines = note.signatures.filter(({ name, id }) => name === verifier.name && id === verifier.id);
  require(lines.length <= 1, 'note-repeated');
  return lines.length === 0 ? null : lines[0].bytes;
}

/**
 * Log, Checkpoints: type 04. The signature over other lines fails, whatever the time says.
 * @param {Note} note @param {Verifier} witness @returns {number | null} Unix seconds
 */
function cosigned(note, witness) {
  const bytes = lineOf(note, witness);
  if (bytes === null) return null;
  require(bytes.length === TIME_LENGTH + 64, 'note-signature', 'length');
  const time = BigInt(`0x${toHex(bytes.subarray(0, TIME_LENGTH))}`);
  require(time <= BigInt(MAX_INTEGER), 'checkpoint-time');
  const message = utf8(`cosignature/v1\ntime ${time}\n${note.text}`);
  require(verify(witness.key, message, bytes.subarray(TIME_LENGTH)), 'note-signature', witness.name);
  return Number(time);
}

/**
 * Log, Checkpoints: the three lines.
 * @param {string} text of a note @returns {{origin: string, size: number, root: Uint8Array}}
 */
function readText(text) {
  const lines = text.split('\n').slice(0, -1);
  require(lines.length === 3, 'checkpoint-lines');
  const [origin, digits, encoded] = lines;
  require(isName(origin), 'checkpoint-origin');
  require(/^(0|[1-9][0-9]*)$/.test(digits), 'checkpoint-size');
  require(BigInt(digits) <= BigInt(MAX_INTEGER), 'checkpoint-size');
  const root = base64(encoded);
  require(root.length === 32, 'checkpoint-root');
  const size = Number(digits);
  require(equal(root, rootOf([])) === (size === 0), 'checkpoint-root', 'of the empty tree');
  return { origin, size, root };
}

/**
 * Log, Checkpoints: what a reader is given.
 * @param {string} origin @param {string} key @param {string[]} witnesses @param {number} required
 * @returns {{log: Verifier, others: Verifier[]}}
 */
function readKeys(origin, key, witnesses, required) {
  const log = readVerifier(key, LOG);
  const others = witnesses.map((witness) => readVerifier(witness, WITNESS));
  require(log.name === origin, 'checkpoint-key');
  const all = [log, ...others];
  const names = new Set(all.map(({ name }) => name));
  const keys = new Set(all.map((verifier) => toHex(verifier.key)));
  require(names.size === all.length && keys.size === all.length, 'checkpoint-witness');
  require(required >= 0 && required <= others.length, 'checkpoint-required');
  return { log, others };
}

/**
 * Log, Checkpoints: in the order of that page.
 * @param {string} given the note @param {string} origin @param {string} key of the log
 * @param {string[]} witnesses keys @param {number} required how many witnesses
 * @returns {Checkpoint}
 */
export function readCheckpoint(given, origin, key, witnesses, required) {
  const { log, others } = readKeys(origin, key, witnesses, required);
  const note = readNote(given);
  const { size, root, origin: named } = readText(note.text);
  require(named === origin, 'checkpoint-origin');
  const signature = lineOf(note, log);
  if (signature === null) throw new Refusal('checkpoint-unsigned');
  require(verify(log.key, utf8(note.text), signature), 'note-signature', 'of the log');
  const signed = others.flatMap((witness) => {
    const time = cosigned(note, witness);
    return time === null ? [] : [{ name: witness.name, time }];
  });
  require(signed.length >= required, 'checkpoint-unwitnessed');
  return { size, root, witnesses: signed };
}
