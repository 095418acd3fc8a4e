/**
 * Contact cards and invitation links (spec: parties, Cards and links).
 */

import { URL_SAFE, fromUnpadded } from './base64.mjs';
import { toHex } from './bytes.mjs';
import { addresses, prekey } from './bodies.mjs';
import { decode } from './cbor.mjs';
import { hash } from './cid.mjs';
import { parseEnvelope, verifyEnvelope } from './cose.mjs';
import { require } from './errors.mjs';
import { readHistory } from './keys.mjs';
import { bstr32, bytes, choice, cid, integer, list, map, name, text, time, tuple } from './schema.mjs';

const END_OF_9999 = 253402300799999;
const MAX_LINK = 48 * 1024;
/** Greatest lengths of an envelope of a card and of a key event. */
const [CARD_ENVELOPE, KEY_ENVELOPE] = [8192 + 192, 1024 + 192];
const LINK = new RegExp(
  '^linkcontract:v1/([A-Za-z0-9_-]+)' +
    '\\?until=([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z)' +
    '(#([A-Za-z0-9_-]{43}))?$',
);

const card = map({
  v: choice(1),
  party: cid,
  kel: cid,
  seq: integer(0),
  iat: time,
  exp: integer(0, END_OF_9999),
  prekey,
  addresses,
  'domains?': list(name, { least: 1, most: 16, set: true }),
  'inv?': bstr32,
  'attest?': list(map({ type: text, bytes: bytes(0, 65536) }, { open: true }), { least: 1, most: 16 }),
}, { open: true });

const linkContent = tuple(
  bytes(1, CARD_ENVELOPE),
  list(bytes(1, KEY_ENVELOPE), { least: 1, most: 64 }),
);

/**
 * @typedef {object} Card
 * @property {string} id
 * @property {string} party
 * @property {string} kel
 * @property {number} seq
 * @property {number} iat
 * @property {number} exp
 * @property {{id: Uint8Array, pk: Uint8Array, not_after: number}} prekey
 * @property {string[]} addresses
 * @property {string[]} [domains]
 * @property {Uint8Array} [inv]
 */

/**
 * Signature and fields alone: a card accepted before may be expired, or of a key rotated out, by now.
 * @param {Uint8Array} envelope
 * @param {import('./keys.mjs').KeyHistory} history
 * @returns {Card}
 */
function readSigned(envelope, history) {
  const parsed = parseEnvelope(envelope, 'card');
  verifyEnvelope(parsed, history.key(parsed.kid));
  const fields = card(decode(parsed.payload));
  require(fields.kel === parsed.kid && fields.party === history.party, 'card-signer');
  return { id: parsed.id, ...fields };
}

/**
 * @param {Uint8Array} envelope
 * @param {import('./keys.mjs').KeyHistory} history of its party
 * @param {number} now
 * @param {Uint8Array} [seen] a card of this party accepted before
 * @returns {Card}
 */
export function readCard(envelope, history, now, seen) {
  const fields = readSigned(envelope, history);
  require(history.heads().includes(fields.kel), 'card-signer', 'a key that was rotated out');
  require(fields.iat < fields.exp && now < fields.exp, 'card-expired');
  if (seen !== undefined) {
    const before = readSigned(seen, history);
    require(before.id === fields.id || fields.seq > before.seq, 'card-older');
  }
  return fields;
}

/** @param {string} digits base64url without padding @returns {Uint8Array} */
function fromBase64url(digits) {
  return fromUnpadded(digits, URL_SAFE, 'link-form');
}

/** @param {number} milliseconds @returns {string} to the minute, in UTC */
function minute(milliseconds) {
  return `${new Date(milliseconds).toISOString().slice(0, 16)}Z`;
}

/**
 * @param {string} link
 * @param {number} now
 * @returns {{card: Card, secret: Uint8Array | null}}
 */
export function readLink(link, now) {
  require(link.length <= MAX_LINK, 'link-form', 'too long');
  const parts = LINK.exec(link);
  require(parts !== null, 'link-form');
  const [, content, until, , digits] = parts;
  const [envelope, events] = linkContent(decode(fromBase64url(content)));
  const secret = digits === undefined ? null : fromBase64url(digits);
  const history = readHistory(events);
  const fields = readCard(envelope, history, now);
  if (secret === null) {
    require(fields.inv === undefined && history.kind === 'public', 'link-secret', 'none');
  } else {
    const commitment = toHex(hash(['lc/inv-card/1', secret]));
    require(fields.inv !== undefined && toHex(fields.inv) === commitment, 'link-secret');
  }
  require(minute(fields.exp) === until, 'link-expiry');
  return { card: fields, secret };
}
