/**
 * Frames between two nodes, padded and sealed (spec: envelope, Sealing).
 */

import { expand, extract } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';

import { concat, equal, utf8 } from './bytes.mjs';
import { encode, head } from './cbor.mjs';
import { readCid } from './cid.mjs';
import { CoseReader, protectedHeader } from './cose.mjs';
import { Refusal, require } from './errors.mjs';
import { open, sender } from './hpke.mjs';
import { checkX25519 } from './x25519.mjs';

/** @typedef {'open' | 'psk'} Mode */

const BUCKETS = [1, 4, 16, 64, 256].map((kib) => kib * 1024);
const LARGEST = 256 * 1024;
const OVERHEAD = 192;
const TAG_LENGTH = 16;
const [ALG, KID, TYP, ENC] = [1, 4, 16, -70002];
const SUITE_1 = -70001;
const PARAMETERS = new Map([
  [ALG, 'seal-suite'], [KID, 'seal-prekey-id'], [TYP, 'cose-typ'], [ENC, 'seal-enc'],
]);
const TEXT = 3;

/** @type {Record<Mode, string>} */
const TYPS = {
  open: 'application/linkcontract-seal-open',
  psk: 'application/linkcontract-seal',
};

/** @param {Mode} mode @param {Uint8Array} id @param {Uint8Array} enc @returns {Uint8Array} */
function sealHeader(mode, id, enc) {
  const typ = utf8(TYPS[mode]);
  return concat(
    Uint8Array.of(0xa4, ALG), encode(SUITE_1),
    Uint8Array.of(KID), encode(id),
    Uint8Array.of(TYP), head(TEXT, typ.length), typ,
    encode(ENC), encode(enc),
  );
}

/** @param {Mode} mode @returns {Uint8Array} */
function info(mode) {
  return utf8(`lc/seal/1${TYPS[mode]}`);
}

/** @param {Uint8Array} header @returns {Uint8Array} the Enc_structure */
function additional(header) {
  return encode(['Encrypt0', header, new Uint8Array(0)]);
}

/** @param {Uint8Array} frame @returns {Uint8Array} */
function pad(frame) {
  const size = BUCKETS.find((bucket) => frame.length + 4 <= bucket);
  if (size === undefined) throw new Refusal('seal-frame-size');
  const out = new Uint8Array(size);
  new DataView(out.buffer).setUint32(0, frame.length);
  out.set(frame, 4);
  return out;
}

/** @param {Uint8Array} padded @returns {Uint8Array} */
function unpad(padded) {
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0);
  require(length <= padded.length - 4, 'seal-length');
  require(padded.subarray(4 + length).every((byte) => byte === 0), 'seal-padding');
  return padded.slice(4, 4 + length);
}

/**
 * @param {Uint8Array} frame
 * @param {{id: Uint8Array, pk: Uint8Array}} prekey of the recipient
 * @param {Uint8Array} ephemeral secret key
 * @param {Uint8Array | null} psk null in base mode
 * @returns {Uint8Array}
 */
export function seal(frame, prekey, ephemeral, psk) {
  const mode = psk === null ? 'open' : 'psk';
  require(prekey.id.length === 16, 'seal-prekey-id');
  try {
    checkX25519(prekey.pk);
    const pair = psk === null ? null : { psk, id: prekey.id };
    const context = sender(prekey.pk, ephemeral, info(mode), pair);
    const header = sealHeader(mode, prekey.id, context.enc);
    const ciphertext = context.seal(additional(header), pad(frame));
    return concat(
      Uint8Array.of(0xd0, 0x83), encode(header),
      Uint8Array.of(0xa0), encode(ciphertext),
    );
  } catch (refusal) {
    if (!(refusal instanceof Refusal) || !refusal.code.startsWith('x25519-')) throw refusal;
    throw new Refusal('seal-recipient', refusal.code);
  }
}

/**
 * @typedef {object} Sealed taken apart, nothing opened
 * @property {Uint8Array} header
 * @property {Uint8Array} id of the prekey
 * @property {Mode} mode
 * @property {Uint8Array} enc
 * @property {Uint8Array} ciphertext
 */

/** @param {Uint8Array} bytes @returns {Sealed} */
export function parseSealed(bytes) {
  require(bytes.length <= LARGEST + OVERHEAD, 'cose-too-large');
  const reader = new CoseReader(bytes);
  const header = reader.begin(16, 3);
  const ciphertext = reader.byteString('cose-structure');
  reader.end();
  const [alg, id, typ, enc] = protectedHeader(header, PARAMETERS);
  require(alg === SUITE_1, 'seal-suite');
  if (!(id instanceof Uint8Array) || id.length !== 16) throw new Refusal('seal-prekey-id');
  const mode = typ === TYPS.open ? 'open' : 'psk';
  require(typ === TYPS[mode], 'cose-typ', String(typ));
  if (!(enc instanceof Uint8Array) || enc.length !== 32) throw new Refusal('seal-enc');
  require(equal(header, sealHeader(mode, id, enc)), 'cose-protected');
  require(BUCKETS.includes(ciphertext.length - TAG_LENGTH), 'seal-size');
  return { header, id, mode, enc, ciphertext };
}

/**
 * @param {Sealed} sealed
 * @param {Uint8Array} secret of the prekey
 * @param {Uint8Array | null} psk null where base mode is the one acceptable
 * @returns {Uint8Array} the frame
 */
export function unseal(sealed, secret, psk) {
  require(sealed.mode === (psk === null ? 'open' : 'psk'), 'seal-mode');
  const pair = psk === null ? null : { psk, id: sealed.id };
  const padded = open(
    sealed.enc, secret, info(sealed.mode), pair, additional(sealed.header), sealed.ciphertext,
  );
  if (padded === null) throw new Refusal('seal-open');
  return unpad(padded);
}

/**
 * @param {string} rel
 * @param {Uint8Array} opener half of the opener @param {Uint8Array} joiner half of the joiner
 * @returns {Uint8Array} the shared key of a relationship
 */
export function derivePsk(rel, opener, joiner) {
  const prk = extract(sha256, concat(opener, joiner), readCid(rel));
  return expand(sha256, prk, utf8('lc/psk/1'), 32);
}
