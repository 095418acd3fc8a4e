/**
 * Exports: one side's record of a relationship as a file (spec: findings, Exports).
 *
 * What is wrong with a file is found and taken down, and the rest is taken as if the line were not there.
 */

import { sha256 } from '@noble/hashes/sha2.js';

import { URL_SAFE, fromPadded } from './base64.mjs';
import { toHex, utf8 } from './bytes.mjs';
import { MAX_INTEGER, decode } from './cbor.mjs';
import { readCid } from './cid.mjs';
import { Refusal, require } from './errors.mjs';
import { checkOpening, opening } from './items.mjs';
import { KeyHistory, takeKeyEvent } from './keys.mjs';
import { readStatement, withBody } from './statement.mjs';

const MAX_LINE = 256 * 1024;
const MAX_PARTIES = 16;

const BASE64 = '"([A-Za-z0-9_-]*={0,2})"';
const CID = '"(b[a-z2-7]{58})"';
const INTEGER = '(0|[1-9][0-9]*)';
const HEADER = new RegExp(
  `^\\{"linkcontract-export":1,"at":${INTEGER},"exporter":${CID},"rel":${CID},"with_data":(?:true|false)\\}$`,
);
const KEY = new RegExp(`^\\{"key":${BASE64}\\}$`);
const STATEMENT = new RegExp(`^\\{"stmt":${BASE64},"body":(?:null|\\[${BASE64},${BASE64}\\])\\}$`);
const OPENING = new RegExp(`^\\{"opening":${BASE64}\\}$`);
const END = new RegExp(`^\\{"end":\\{"records":${INTEGER},"sha256":"([0-9A-Fa-f]*)"\\}\\}$`);

/**
 * @typedef {import('./statement.mjs').Statement} Statement
 *
 * @typedef {object} Finding
 * @property {string} kind
 * @property {'claim' | 'conviction'} weight
 * @property {string | null} party
 * @property {string[]} statements
 * @property {string} code
 *
 * @typedef {object} Export
 * @property {number} at
 * @property {string} exporter
 * @property {string} rel
 * @property {Map<string, KeyHistory>} histories by party
 * @property {Map<string, Statement>} statements by id, in the order of the file
 * @property {Finding[]} findings
 */

/** @param {string} kind @param {string} code @returns {Finding} about nobody and no statement */
function claim(kind, code) {
  return { kind, weight: 'claim', party: null, statements: [], code };
}

/** @param {string} digits @returns {Uint8Array} */
function base64(digits) {
  return fromPadded(digits, URL_SAFE, 'export-line');
}

/**
 * Findings, Exports: the first line.
 * @param {string} line @returns {{at: number, exporter: string, rel: string}}
 */
function readHeader(line) {
  const parts = line.length <= MAX_LINE ? HEADER.exec(line) : null;
  if (parts === null) throw new Refusal('export-header');
  const [, at, exporter, rel] = parts;
  require(Number(at) <= MAX_INTEGER, 'export-header', 'time');
  for (const text of [exporter, rel]) {
    try {
      readCid(text);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      throw new Refusal('export-header', 'not a cid');
    }
  }
  return { at: Number(at), exporter, rel };
}

/**
 * Findings, Exports: the last line, whatever follows it, and the lines before it.
 * @param {string} text the file
 * @param {Finding[]} findings
 * @returns {string[]} the lines between the first and the last
 */
function readEnd(text, findings) {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const end = lines.findIndex((line, i) => i > 0 && line.length <= MAX_LINE && END.test(line));
  if (end < 0) {
    findings.push(claim('altered-line', 'export-no-end'));
    return lines.slice(1);
  }
  const [, records, digest] = /** @type {RegExpExecArray} */ (END.exec(lines[end]));
  const before = lines.slice(0, end).map((line) => `${line}\n`).join('');
  const right = records === String(end - 1) && digest === toHex(sha256(utf8(before)));
  if (!right) findings.push(claim('altered-line', 'export-digest'));
  if (end < lines.length - 1) findings.push(claim('altered-line', 'export-after-end'));
  return lines.slice(1, end);
}

/**
 * Findings, Exports: the spelling of a record.
 * @param {string} line
 * @returns {{kind: 'key' | 'statement' | 'opening', parts: Uint8Array[]}}
 */
function readRecord(line) {
  require(line.length <= MAX_LINE, 'export-line', 'too long');
  for (const [kind, form] of /** @type {const} */ ([
    ['key', KEY], ['statement', STATEMENT], ['opening', OPENING],
  ])) {
    const parts = form.exec(line);
    if (parts === null) continue;
    const given = parts.slice(1).filter((digits) => digits !== undefined);
    return { kind, parts: given.map(base64) };
  }
  throw new Refusal('export-line');
}

/** Takes the records of one file. */
class Reader {
  /** @param {string} text */
  constructor(text) {
    const first = text.split('\n', 1)[0];
    const { at, exporter, rel } = readHeader(first);
    /** @type {Export} */
    this.read = { at, exporter, rel, histories: new Map(), statements: new Map(), findings: [] };
    /** @type {Set<string>} openings taken, encoded */
    this.openings = new Set();
  }

  /** @param {string} kind @param {() => void} take */
  #or(kind, take) {
    try {
      take();
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      this.read.findings.push(claim(kind, refusal.code));
    }
  }

  #repeated(kind = 'altered-line') {
    this.read.findings.push(claim(kind, 'export-repeated'));
  }

  /** Findings, Exports, 3. @param {Uint8Array} envelope */
  key(envelope) {
    this.#or('altered-key-event', () => {
      if (!takeKeyEvent(this.read.histories, envelope, MAX_PARTIES)) this.#repeated();
    });
  }

  /** Findings, Exports, 4. @param {Uint8Array} envelope @param {Uint8Array[]} record salt and body, or none */
  statement(envelope, record) {
    const { histories, rel, statements } = this.read;
    this.#or('altered-statement', () => {
      const header = readStatement(envelope, histories.values());
      require((header.header.rel ?? header.id) === rel, 'ledger-relationship');
      const known = statements.get(header.id);
      if (known !== undefined) this.#repeated();
      else statements.set(header.id, header);
      if (record.length === 0) return undefined;
      return this.#or('altered-body', () => {
        const whole = withBody(header, [record[0], record[1]]);
        if ((known?.body ?? null) === null) statements.set(header.id, whole);
      });
    });
  }

  /** Findings, Exports, 5. @param {Uint8Array} bytes */
  opening(bytes) {
    this.#or('altered-opening', () => {
      const shown = opening(decode(bytes));
      const share = this.read.statements.get(shown[0]);
      if (share === undefined) throw new Refusal('opening-share', 'of no statement here');
      checkOpening(share, shown);
      if (this.openings.has(toHex(bytes))) this.#repeated('altered-opening');
      this.openings.add(toHex(bytes));
    });
  }

  /** @param {string} text */
  take(text) {
    const { findings } = this.read;
    const records = readEnd(text, findings).flatMap((line) => {
      try {
        return [readRecord(line)];
      } catch (refusal) {
        if (!(refusal instanceof Refusal)) throw refusal;
        findings.push(claim('altered-line', refusal.code));
        return [];
      }
    });
    const of = (/** @type {string} */ kind) => records.filter((record) => record.kind === kind);
    for (const { parts } of of('key')) this.key(parts[0]);
    for (const { parts } of of('statement')) this.statement(parts[0], parts.slice(1));
    for (const { parts } of of('opening')) this.opening(parts[0]);
  }
}

/** Findings, Exports. @param {string} text the file @returns {Export} */
export function readExport(text) {
  const reader = new Reader(text);
  reader.take(text);
  return reader.read;
}
