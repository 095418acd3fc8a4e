/**
 * The maps of a contract: terms, rules, conditions, duties, the controller (spec: contracts).
 */

import { decode } from './cbor.mjs';
import { Refusal, require } from './errors.mjs';
import {
  bool, choice, cid, country, curie, freeText, integer, list, map, ms, name, orNull, path, text,
  time,
} from './schema.mjs';

/**
 * @typedef {import('./cbor.mjs').Value} Value
 * @typedef {{party: string} | {kind: string}} Recipient
 * @typedef {{duty: string, within: number | null}} Duty
 *
 * @typedef {object} Condition `kind` and the fields of that kind; of another kind nothing but `kind`
 * @property {string} kind
 *
 * @typedef {object} Rule
 * @property {string[]} actions
 * @property {string[]} paths
 * @property {string[]} purposes
 * @property {Recipient[]} recipients
 * @property {Condition[]} [conditions]
 * @property {Duty[]} [duties]
 * @property {number} [retention]
 *
 * @typedef {object} Terms
 * @property {string} agreement
 * @property {string} text
 * @property {Rule[]} permissions
 * @property {Rule[]} prohibitions
 * @property {Duty[]} duties
 * @property {number} from
 * @property {number} until
 * @property {string} law
 * @property {'text' | 'terms'} prevails
 */

const duty = map({ duty: text, within: orNull(ms) });

/** @param {Value} value @returns {Recipient} */
function recipient(value) {
  return typeof value === 'string' ? { kind: curie(value) } : { party: cid(value) };
}

/** @param {Value} value @returns {boolean | number | string} */
function scalar(value) {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') return integer(-Number.MAX_SAFE_INTEGER)(value);
  return bool(value);
}

const conditions = list(condition, { least: 1 });

/**
 * The fields of each kind beside `kind`.
 * @type {Record<string, Record<string, import('./schema.mjs').Shape>>}
 */
const MAX_TERMS = 65536;

const FIELDS = {
  all: { of: conditions },
  any: { of: conditions },
  not: { of: condition },
  time: { after: orNull(time), before: orNull(time) },
  count: { most: integer(1) },
  place: { in: list(country, { least: 1 }) },
  counterparty: { in: list(cid, { least: 1 }) },
  freshness: { within: ms },
  fact: { name: text, equals: scalar },
};

const CONDITIONS = new Map(Object.entries(FIELDS));

/** @param {Value} value @returns {Condition} */
function condition(value) {
  require(value instanceof Map, 'field-kind', 'map');
  const given = /** @type {Map<string, Value>} */ (value).get('kind');
  if (given === undefined) throw new Refusal('field-missing', 'kind');
  const kind = text(given);
  const fields = CONDITIONS.get(kind);
  return map({ kind: text, ...fields }, { open: fields === undefined })(value);
}

/** @param {number} purposes the least number of them */
const rule = (purposes) => map({
  actions: list(curie, { least: 1, set: true }),
  paths: list(path, { least: 1, set: true }),
  purposes: list(curie, { least: purposes, set: true }),
  recipients: list(recipient, { set: true }),
  'conditions?': conditions,
  'duties?': list(duty, { least: 1 }),
  'retention?': ms,
});

/** @type {import('./schema.mjs').Shape} */
export const terms = map({
  agreement: text,
  text: cid,
  permissions: list(rule(1)),
  prohibitions: list(rule(0)),
  duties: list(duty),
  from: time,
  until: time,
  law: country,
  prevails: choice('text', 'terms'),
}, { check: ({ from, until }) => require(until > from, 'field-range', 'until') });

/**
 * Terms by themselves may be as long as a body.
 * @param {Uint8Array} bytes
 * @returns {Value} what was read, its form checked
 */
export function decodeTerms(bytes) {
  require(bytes.length <= MAX_TERMS, 'cbor-too-large');
  const value = decode(bytes);
  terms(value);
  return value;
}

export const controller = map({
  party: cid,
  name: freeText(256),
  jurisdiction: country,
  domain: orNull(name),
});
