/**
 * The fields of every type of body (spec: statements, Bodies).
 */

import { decode } from './cbor.mjs';
import { Refusal, require } from './errors.mjs';
import {
  address, bool, bstr16, bstr32, choice, cid, curie, freeText, integer, list, map, orNull, text, time,
  tuple, x25519,
} from './schema.mjs';
import { controller, terms } from './terms.mjs';

const MAX_BODY = 65536;

/** @typedef {import('./schema.mjs').Shape} Shape */

export const prekey = map({ id: bstr16, pk: x25519, not_after: time });
export const addresses = list(address, { most: 4, set: true });
const items = list(tuple(bstr32, bstr32), { least: 1 });
const purposes = list(curie, { least: 1, set: true });

/** Types an agent cannot be given. */
const NOT_DELEGATED = ['open', 'join', 'rotate', 'delegate', 'undelegate', 'erased', 'checkpoint'];

/** @type {Shape} */
function delegatedType(value) {
  const type = text(value);
  require(!NOT_DELEGATED.includes(type), 'field-choice', type);
  return type;
}

const both = {
  to: cid,
  roles: map({ first: cid, second: cid }),
  proto: choice(1),
  fold: choice(1),
  ext: list(text, { most: 64, set: true }),
  kel: map({ a: cid, b: cid }),
  prekey,
  addresses,
  signal: x25519,
  pskc: bstr32,
  nonce: bstr32,
};

/** @type {Record<string, Record<string, Shape>>} */
const FIELDS = {
  open: { ...both, card: orNull(cid), inv: orNull(bstr32), exp: time },
  join: both,
  propose: {
    thread: orNull(cid),
    base: orNull(cid),
    answers: orNull(cid),
    terms,
    accept_by: time,
    controller: orNull(controller),
  },
  accept: { thread: cid, ref: cid, terms: cid },
  refuse: { thread: cid, ref: cid, purposes: orNull(purposes), code: text },
  retract: { thread: cid, ref: cid },
  suspend: { thread: cid },
  resume: { thread: cid, ref: cid },
  revoke: { thread: orNull(cid), purposes: orNull(purposes) },
  terminate: { thread: cid, effective: orNull(time) },
  delegate: {
    to: cid,
    kel: cid,
    types: list(delegatedType, { least: 1, set: true }),
    terms: orNull(list(cid, { least: 1, set: true })),
    depth: choice(0),
    count: orNull(integer(1)),
    until: orNull(time),
  },
  undelegate: { ref: cid },
  rotate: { event: cid },
  share: { thread: cid, agreement: cid, purpose: curie, items },
  use: { thread: cid, agreement: cid, action: curie, purpose: curie, ref: orNull(cid) },
  receipt: { ref: cid, openings_ok: bool },
  request: { thread: cid, agreement: cid, action: curie, purpose: curie, items },
  right: { right: curie, 'ref?': cid },
  erased: {
    ref: cid,
    scope: choice('openings', 'body', 'agreement', 'relationship'),
    salts: bool,
    backups_until: orNull(time),
    exceptions: list(map({ code: text, basis: curie })),
  },
  ask: { items, 'ref?': cid },
  answer: { 'ref?': cid, 'code?': text },
  dispute: { evidence: list(cid, { most: 64, set: true }), 'ref?': cid, 'code?': text },
  checkpoint: { note: freeText(4096, { lines: true }) },
  ack: {},
};

/** What the fields of one type have to be together. @type {Record<string, (body: any) => void>} */
const CHECKS = {
  propose: ({ thread, base, answers }) =>
    require(thread !== null || (base === null && answers === null), 'field-conflict'),
  answer: ({ code, items: given }) =>
    require(code !== undefined || given !== undefined, 'field-missing', 'code or items'),
};

/** @type {Map<string, Shape>} */
const BODIES = new Map(Object.entries(FIELDS).map(([type, fields]) => {
  const optional = {
    ...('items' in fields ? {} : { 'items?': items }),
    ...('prekey' in fields ? {} : { 'prekey?': prekey }),
  };
  return [type, map({ ...fields, ...optional }, { check: CHECKS[type] })];
}));

/** @param {string} type @returns {boolean} */
export function isKnownType(type) {
  return BODIES.has(type);
}

/**
 * @param {string} type of statement
 * @param {Uint8Array} bytes
 * @returns {{value: import('./cbor.mjs').Value, fields: any}} the body as it is encoded, and its fields
 *   parsed as schema.mjs says; of an unknown type there are no fields
 */
export function readBody(type, bytes) {
  const value = decode(bytes, MAX_BODY);
  const shape = BODIES.get(type);
  if (shape === undefined) {
    if (!(value instanceof Map)) throw new Refusal('field-kind', 'map');
    return { value, fields: {} };
  }
  return { value, fields: shape(value) };
}
