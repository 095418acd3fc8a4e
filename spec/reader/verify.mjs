/**
 * What one or two exports of a relationship come to (spec: findings, Verifying).
 *
 * @typedef {import('./export.mjs').Export} Export
 * @typedef {import('./export.mjs').Finding} Finding
 * @typedef {import('./ledger/statements.mjs').Statement} Statement
 * @typedef {import('./ledger/statements.mjs').History} History
 *
 * @typedef {object} Feed
 * @property {string} writer
 * @property {number} statements how many are held
 * @property {string | null} head
 * @property {string | null} acknowledged
 *
 * @typedef {object} Report
 * @property {Finding[]} findings
 * @property {Feed[]} feeds
 * @property {Map<string, string>} phases by thread
 * @property {boolean | null} same
 */

import { compareText } from './bytes.mjs';
import { require } from './errors.mjs';
import { readExport } from './export.mjs';
import { lineOf } from './ledger/keys.mjs';
import { Ledger } from './ledger/ledger.mjs';
import { compareIds, field, hasBody, link, named, ofRead } from './ledger/statements.mjs';
import { breachOf, stands } from './standing.mjs';

/** What a person's rounded times leave open, in milliseconds. */
const ROUNDING = 1000;

/**
 * Findings, Verifying: histories are joined. One file may show an event that the other does not.
 * @param {Export[]} files @returns {Map<string, History>}
 */
function joinHistories(files) {
  /** @type {Map<string, History>} */
  const joined = new Map();
  for (const { party, kind, events } of files.flatMap((file) => [...file.histories.values()])) {
    const known = joined.get(party)?.events ?? new Map();
    joined.set(party, { party, kind, events: new Map([...known, ...events]) });
  }
  return joined;
}

/**
 * Findings, Verifying: of two that are the same the one with a body counts.
 * @param {Export[]} files @returns {Map<string, Statement>} in the order of the files
 */
function joinStatements(files) {
  /** @type {Map<string, Statement>} */
  const joined = new Map();
  for (const read of files.flatMap((file) => [...file.statements.values()])) {
    const known = joined.get(read.id);
    if (known === undefined || !hasBody(known)) joined.set(read.id, ofRead(read));
  }
  return joined;
}

/** @param {Iterable<string>} ids @returns {string[]} */
function sorted(ids) {
  return [...ids].sort(compareIds);
}

/** One verification of one or two files. */
class Verification {
  /** @param {Export[]} files */
  constructor(files) {
    this.files = files;
    this.rel = files[0].rel;
    this.histories = joinHistories(files);
    this.statements = joinStatements(files);
    /** @type {Finding[]} */
    this.findings = files.flatMap((file) => file.findings);
    const erased = [...this.statements.values()]
      .filter((s) => s.type === 'erased' && field(s, 'scope') === 'body')
      .map((s) => /** @type {string} */ (link(s, 'ref')));
    this.ledger = new Ledger(this.histories, { bounded: false, erased: new Set(erased) });
  }

  /**
   * @param {string} kind @param {string | null} party @param {string[]} statements
   * @param {string} [code] @param {boolean} [convicts]
   */
  #found(kind, party, statements, code = '', convicts = false) {
    this.findings.push({ kind, weight: convicts ? 'conviction' : 'claim', party, statements, code });
  }

  /** Findings, Verifying: the ledger. @returns {boolean} whether there is one */
  fold() {
    const open = this.statements.get(this.rel);
    if (open === undefined || !hasBody(open)) return false;
    const first = this.ledger.receive(open);
    if (first.result !== 'held') {
      this.#found('malformed', open.writer, [open.id], first.code);
      return false;
    }
    /** @type {Map<string, string>} */
    const codes = new Map();
    for (const s of this.statements.values()) {
      if (s === open) continue;
      const { result, code = '', refused } = this.ledger.receive(s);
      if (result === 'refused') codes.set(s.id, code);
      for (const [id, reason] of refused) codes.set(id, reason);
    }
    this.#malformed(codes);
    return true;
  }

  /**
   * Findings, Verifying: `malformed`, in no order. What names one that is refused for itself is so for that.
   * @param {Map<string, string>} codes of the refusals
   */
  #malformed(codes) {
    const own = new Map([...codes].filter(([, code]) => code !== 'ledger-refused'));
    const all = new Map(own);
    for (let before = -1; before < all.size;) {
      before = all.size;
      for (const s of this.statements.values()) {
        if (!all.has(s.id) && named(s).some((id) => all.has(id))) all.set(s.id, 'ledger-refused');
      }
    }
    for (const [id, code] of all) {
      this.#found('malformed', /** @type {Statement} */ (this.statements.get(id)).writer, [id], code);
    }
  }

  /** Findings, Verifying: the exporters. */
  exporters() {
    const open = /** @type {Statement} */ (this.ledger.held.open);
    const parties = [open.writer, link(open, 'to')];
    for (const { exporter } of this.files) {
      if (!parties.includes(exporter)) this.#found('altered-line', null, [], 'export-exporter');
    }
  }

  /**
   * Findings, Rules, 4: what belongs in a file.
   * @param {Export} file @returns {Set<string>} statements, held by somebody or by nobody
   */
  #belongsIn(file) {
    const signed = [...this.statements.values()]
      .filter((s) => s.writer === file.exporter && s.at <= file.at - ROUNDING);
    const belongs = new Set([...file.statements.keys(), ...signed.map((s) => s.id)]);
    for (const id of belongs) {
      const s = this.statements.get(id);
      for (const earlier of s === undefined ? [] : named(s)) belongs.add(earlier);
    }
    return belongs;
  }

  /** Findings, Verifying: `omission` and `gap`. */
  missing() {
    for (const file of this.files) {
      for (const id of this.#belongsIn(file)) {
        if (!file.statements.has(id)) this.#found('omission', file.exporter, [id]);
      }
    }
    const names = new Set([...this.statements.values()].flatMap(named)).add(this.rel);
    for (const id of names) if (!this.statements.has(id)) this.#found('gap', null, [id]);
  }

  /** Findings, Verifying: `missing-body`. @param {boolean} begun whether there is a ledger */
  missingBodies(begun) {
    const { held, intake } = this.ledger;
    const open = this.statements.get(this.rel);
    if (!begun && open !== undefined && !hasBody(open)) this.#found('missing-body', null, [open.id]);
    for (const s of intake.waiting.values()) {
      if (named(s).every((id) => held.statements.has(id))) this.#found('missing-body', null, [s.id]);
    }
  }

  /** @param {string} id held @returns {boolean} */
  #stands(id) {
    const { held } = this.ledger;
    const s = held.get(id);
    return stands(s, this.histories.get(s.writer), held.statements);
  }

  /** Findings, Verifying and Rules, 1: `fork`. */
  forks() {
    const { branches } = this.ledger.state();
    for (const { statements, convicts } of branches.forks()) {
      const { writer } = this.ledger.held.get(statements[0]);
      this.#found('fork', writer, sorted(statements), '', convicts && statements.every((id) => this.#stands(id)));
    }
  }

  /** Findings, Verifying and Rules, 1: `key-fork`. */
  keyForks() {
    const { branches } = this.ledger.state();
    for (const writer of branches.byWriter.keys()) {
      const history = /** @type {History} */ (this.histories.get(writer));
      const reached = new Set(branches.named(writer).flatMap((event) => lineOf(history, event)));
      const seqOf = (/** @type {string} */ id) => history.events.get(id)?.seq ?? 0;
      const seqs = [...reached].map(seqOf).sort((a, b) => a - b);
      const place = seqs.find((seq, i) => seqs[i + 1] === seq);
      if (place === undefined) continue;
      const events = sorted([...reached].filter((id) => seqOf(id) === place));
      this.#found('key-fork', writer, events, '', history.kind === 'public');
    }
  }

  /** Findings, Verifying and Rules, 2: `use-after-revoke` and `outside-permission`. */
  breaches() {
    const { held } = this.ledger;
    for (const [id, status] of this.ledger.uses()) {
      if (status !== 'breach' || !held.isEffective(id)) continue;
      const use = held.get(id);
      const { kind, statements } = breachOf(held, use);
      this.#found(kind, use.writer, statements, use.type, this.#stands(id));
    }
  }

  /** Findings, Verifying: the feeds. @returns {Feed[]} */
  feeds() {
    const { held } = this.ledger;
    const { branches } = this.ledger.state();
    const all = [...held.statements.values()];
    return [...branches.byWriter].map(([writer, feed]) => {
      const others = all.filter((s) => s.writer !== writer);
      const [acknowledged] = feed.filter((s) => others.some((other) => held.knows(other, s.id)))
        .sort((a, b) => b.seq - a.seq || compareIds(b.id, a.id));
      const ends = branches.ends(writer);
      return {
        writer,
        statements: feed.length,
        head: ends.length === 1 ? ends[0].id : null,
        acknowledged: acknowledged?.id ?? null,
      };
    }).sort((a, b) => compareText(a.writer, b.writer));
  }

  /** Findings, Verifying. @returns {boolean | null} whether two files hold the same statements */
  same() {
    const [one, other] = this.files.map((file) => file.statements);
    if (other === undefined) return null;
    return one.size === other.size && [...one.keys()].every((id) => other.has(id));
  }
}

/** The order of conformance/CLI, evidence. @param {Finding} a @param {Finding} b @returns {number} */
function compareFindings(a, b) {
  if (a.kind !== b.kind) return compareText(a.kind, b.kind);
  for (let i = 0; i < Math.min(a.statements.length, b.statements.length); i++) {
    const order = compareText(a.statements[i], b.statements[i]);
    if (order !== 0) return order;
  }
  return a.statements.length - b.statements.length || compareText(a.code, b.code)
    || compareText(a.party ?? '', b.party ?? '');
}

/**
 * Findings, Verifying.
 * @param {string[]} texts the files
 * @returns {Report}
 */
export function verifyExports(texts) {
  require(texts.length === 1 || texts.length === 2, 'verify-files');
  const files = texts.map(readExport);
  const last = files[files.length - 1];
  require(files[0].rel === last.rel, 'verify-relationship');
  require(files.length === 1 || files[0].exporter !== last.exporter, 'verify-exporter');
  const verification = new Verification(files);
  const begun = verification.fold();
  verification.missing();
  verification.missingBodies(begun);
  if (begun) {
    verification.exporters();
    verification.forks();
    verification.keyForks();
    verification.breaches();
  }
  const threads = begun ? [...verification.ledger.state().threads] : [];
  return {
    findings: verification.findings.sort(compareFindings),
    feeds: begun ? verification.feeds() : [],
    phases: new Map(threads.map(([root, thread]) => [root, thread.phase])),
    same: verification.same(),
  };
}
