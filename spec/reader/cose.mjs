/**
 * COSE messages in the two shapes this protocol has (spec: envelope, Envelope and Sealing; RFC 9052).
 *
 * Each has one encoding, so a message is taken apart strictly from left to right.
 */

import { concat, equal, utf8 } from './bytes.mjs';
import { cidOf, cidText, isCid } from './cid.mjs';
import { encode, head } from './cbor.mjs';
import { sign as signBytes, verify } from './ed25519.mjs';
import { Refusal, require } from './errors.mjs';

/** The kinds of signed payload, and the greatest length of each. */
const KINDS = new Map([
  ['incp', 1024],
  ['kel', 1024],
  ['stmt', 4096],
  ['card', 8192],
  ['wellknown', 65536],
  ['bundle', 65536],
]);

/** What an envelope adds to its payload at most. */
const OVERHEAD = 192;

const [BYTES, TEXT, ARRAY, MAP, TAG] = [2, 3, 4, 5, 6];
const [ALG, CRIT, KID, TYP] = [1, 2, 4, 16];
const ED25519 = -19;
const EMPTY = new Uint8Array(0);
/** Longer than any typ there is. */
const MAX_TYP = 128;

const PARAMETERS = new Map([[ALG, 'cose-algorithm'], [KID, 'cose-kid'], [TYP, 'cose-typ']]);

/** A cursor over one message. */
export class CoseReader {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  /** @param {number} count @returns {Uint8Array} a copy */
  take(count) {
    require(count <= this.bytes.length - this.at, 'cose-truncated');
    this.at += count;
    return this.bytes.slice(this.at - count, this.at);
  }

  /** @returns {{major: number, argument: number}} */
  head() {
    const [initial] = this.take(1);
    const major = initial >> 5;
    const info = initial & 31;
    if (info < 24) return { major, argument: info };
    require(info < 28, 'cose-encoding');
    const argument = this.take(1 << (info - 24)).reduce((sum, byte) => sum * 256 + byte, 0);
    const least = [24, 0x100, 0x10000, 0x100000000][info - 24];
    if (major !== 7) require(argument >= least, 'cose-encoding');
    return { major, argument };
  }

  /** @param {string} code @returns {Uint8Array} */
  byteString(code) {
    const { major, argument } = this.head();
    require(major === BYTES, code);
    return this.take(argument);
  }

  /**
   * Tag, array and the two headers, the unprotected one being empty.
   * @param {number} tag @param {number} parts @returns {Uint8Array} the protected header
   */
  begin(tag, parts) {
    const first = this.head();
    require(first.major === TAG && first.argument === tag, 'cose-tag');
    const array = this.head();
    require(array.major === ARRAY && array.argument === parts, 'cose-structure');
    const header = this.byteString('cose-structure');
    const unprotected = this.head();
    require(unprotected.major === MAP && unprotected.argument === 0, 'cose-unprotected');
    return header;
  }

  end() {
    require(this.at === this.bytes.length, 'cose-trailing');
  }
}

/**
 * @param {CoseReader} reader
 * @returns {number | Uint8Array | string | null} null for any other kind, and for a text too long to mean
 *   anything in a header
 */
function headerValue(reader) {
  const { major, argument } = reader.head();
  if (major === 0) return argument;
  if (major === 1) return -1 - argument;
  if (major === BYTES) return reader.take(argument);
  if (major !== TEXT) return null;
  const text = reader.take(argument);
  return text.length <= MAX_TYP ? String.fromCharCode(...text) : null;
}

/**
 * @param {Uint8Array} bytes the protected header
 * @param {Map<number, string>} parameters all of its labels, in their order, with the code of a wrong value
 * @returns {(number | Uint8Array | string)[]} the values
 */
export function protectedHeader(bytes, parameters) {
  const labels = [...parameters.keys()];
  const reader = new CoseReader(bytes);
  const map = reader.head();
  require(map.major === MAP, 'cose-protected');
  const values = [];
  let last = -1;
  for (let i = 0; i < map.argument; i++) {
    const label = headerValue(reader);
    if (label === CRIT) throw new Refusal('cose-crit');
    const place = labels.indexOf(/** @type {number} */ (label));
    require(place >= 0, 'cose-label', String(label));
    require(place > last, 'cose-order');
    last = place;
    const value = headerValue(reader);
    // What lies in an array or a map is not read, so nothing after it could be.
    if (value === null) throw new Refusal(/** @type {string} */ (parameters.get(labels[place])));
    values.push(value);
  }
  require(values.length === labels.length, 'cose-protected', 'a parameter is missing');
  reader.end();
  return values;
}

/** @param {string} kind @returns {number} */
function limitOf(kind) {
  const limit = KINDS.get(kind);
  if (limit === undefined) throw new Refusal('cose-kind', kind);
  return limit;
}

/** @param {string} kind */
function typOf(kind) {
  return `application/linkcontract-${kind}`;
}

/** @param {string} kind @param {Uint8Array} kid @returns {Uint8Array} */
function signHeader(kind, kid) {
  const typ = utf8(typOf(kind));
  return concat(
    Uint8Array.of(0xa3, ALG), encode(ED25519),
    Uint8Array.of(KID), encode(kid),
    Uint8Array.of(TYP), head(TEXT, typ.length), typ,
  );
}

/** @param {Uint8Array} header @param {Uint8Array} payload @returns {Uint8Array} the Sig_structure */
function toBeSigned(header, payload) {
  return encode(['Signature1', header, EMPTY, payload]);
}

/**
 * @typedef {object} Envelope taken apart, nothing verified
 * @property {string} kind
 * @property {Uint8Array} header
 * @property {string} kid text form of the CID
 * @property {Uint8Array} payload
 * @property {string} id text form of the CID of the payload
 * @property {Uint8Array} signature
 * @property {Uint8Array} bytes
 */

/**
 * @param {Uint8Array} bytes
 * @param {...string} kinds any of which it may be
 * @returns {Envelope}
 */
export function parseEnvelope(bytes, ...kinds) {
  const limit = Math.max(...kinds.map(limitOf));
  require(bytes.length <= limit + OVERHEAD, 'cose-too-large');
  const reader = new CoseReader(bytes);
  const header = reader.begin(18, 4);
  const payload = reader.byteString('cose-payload');
  const signature = reader.byteString('cose-structure');
  reader.end();
  const [alg, kid, typ] = protectedHeader(header, PARAMETERS);
  require(alg === ED25519, 'cose-algorithm');
  if (!isCid(kid)) throw new Refusal('cose-kid');
  const kind = kinds.find((one) => typ === typOf(one));
  if (kind === undefined) throw new Refusal('cose-typ', String(typ));
  require(equal(header, signHeader(kind, kid)), 'cose-protected');
  require(signature.length === 64, 'cose-signature-length');
  require(payload.length <= limitOf(kind), 'cose-too-large');
  const id = cidText(cidOf(payload));
  return { kind, header, kid: cidText(kid), payload, id, signature, bytes };
}

/**
 * @param {Envelope} envelope
 * @param {Uint8Array | undefined} key of its kid; undefined if the kid names none
 * @returns {Envelope} the same
 */
export function verifyEnvelope(envelope, key) {
  if (key === undefined) throw new Refusal('cose-key', envelope.kid);
  const message = toBeSigned(envelope.header, envelope.payload);
  require(verify(key, message, envelope.signature), 'cose-signature');
  return envelope;
}

/**
 * @param {string} kind
 * @param {Uint8Array} seed 32 bytes
 * @param {Uint8Array} kid
 * @param {Uint8Array} payload
 * @returns {Uint8Array}
 */
export function signEnvelope(kind, seed, kid, payload) {
  require(payload.length <= limitOf(kind), 'cose-too-large');
  const header = signHeader(kind, kid);
  const signature = signBytes(seed, toBeSigned(header, payload));
  return concat(
    Uint8Array.of(0xd2, 0x84), encode(header),
    Uint8Array.of(0xa0), encode(payload), encode(signature),
  );
}
