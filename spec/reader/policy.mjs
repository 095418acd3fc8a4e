/**
 * What terms permit (spec: permissions).
 *
 * @typedef {import('./terms.mjs').Rule} Rule
 * @typedef {import('./terms.mjs').Terms} Terms
 * @typedef {import('./conditions.mjs').Facts} Facts
 *
 * @typedef {object} Request
 * @property {string} action
 * @property {string} path
 * @property {string} purpose
 * @property {{party: string} | {kind: string} | null} recipient null is the second party itself
 *
 * @typedef {[duty: string, within: number | null]} Duty
 * @typedef {{permit: boolean, code: string, duties: Duty[], retention: number | null}} Decision
 */

import { allOf } from './conditions.mjs';
import { covers, forbids, isTerm } from './vocabulary.mjs';

/** @param {string} path @returns {string[]} */
function segments(path) {
  return path.split('/');
}

/** @param {string[]} rule @param {string[]} asked @param {number} count of segments compared */
function agree(rule, asked, count) {
  return rule.slice(0, count).every((part, i) => part === '*' || part === asked[i]);
}

/** 1.3. @param {string} rule @param {string} asked @returns {boolean} */
function pathCovers(rule, asked) {
  const [own, other] = [segments(rule), segments(asked)];
  return own.length <= other.length && agree(own, other, own.length);
}

/** 1.3. @param {string} rule @param {string} asked @returns {boolean} */
function pathTouches(rule, asked) {
  const [own, other] = [segments(rule), segments(asked)];
  return agree(own, other, Math.min(own.length, other.length));
}

/** @param {Rule} rule @returns {{parties: string[], kinds: string[]} | null} null without recipients */
function recipientsOf(rule) {
  if (rule.recipients.length === 0) return null;
  return {
    parties: rule.recipients.flatMap((one) => ('party' in one ? [one.party] : [])),
    kinds: rule.recipients.flatMap((one) => ('kind' in one ? [one.kind] : [])),
  };
}

/** 3.2. @param {Rule} rule @param {Request['recipient']} recipient */
function recipientCovered(rule, recipient) {
  const listed = recipientsOf(rule);
  if (listed === null || recipient === null) return listed === null && recipient === null;
  if ('party' in recipient) return listed.parties.includes(recipient.party);
  return listed.kinds.some((kind) => covers(kind, recipient.kind));
}

/** 3.3. @param {Rule} rule @param {Request['recipient']} recipient @param {string | null} second */
function recipientTouched(rule, recipient, second) {
  const listed = recipientsOf(rule);
  if (listed === null) return recipient === null;
  if (recipient === null) {
    return second === null ? listed.parties.length > 0 : listed.parties.includes(second);
  }
  if ('party' in recipient) return listed.kinds.length > 0 || listed.parties.includes(recipient.party);
  return listed.parties.length > 0 || listed.kinds.some((kind) => forbids(kind, recipient.kind));
}

/** 3.4. @param {string[]} paths @returns {number} 0 for none */
function longest(paths) {
  return Math.max(0, ...paths.map((path) => segments(path).length));
}

/** 3.2. @param {Rule} rule @param {Request} request @returns {number} its length */
function permissionLength(rule, request) {
  const worded = rule.actions.some((a) => covers(a, request.action))
    && rule.purposes.some((p) => covers(p, request.purpose));
  if (!worded || !recipientCovered(rule, request.recipient)) return 0;
  return longest(rule.paths.filter((p) => pathCovers(p, request.path)));
}

/** 3.3. @param {Rule} rule @param {Request} request @param {string | null} second @returns {number} its length */
function prohibitionLength(rule, request, second) {
  const purposes = rule.purposes;
  const worded = rule.actions.some((a) => forbids(a, request.action))
    && (purposes.length === 0 || purposes.some((p) => forbids(p, request.purpose)));
  if (!worded || !recipientTouched(rule, request.recipient, second)) return 0;
  return longest(rule.paths.filter((p) => pathTouches(p, request.path)));
}

/** 4.5. @param {Rule} rule @param {Facts} facts @param {number} now @returns {boolean} */
function isKeptTooLong(rule, facts, now) {
  const retention = rule.retention;
  return retention !== undefined && facts.received_at !== null && now - facts.received_at >= retention;
}

/** 5.1. @param {Request} request @returns {string | null} the code of what is wrong with it (2.3, 1.2) */
function wrongRequest(request) {
  const parts = segments(request.path);
  const { recipient } = request;
  const known = covers('dpv:Processing', request.action) && covers('dpv:Purpose', request.purpose)
    && (recipient === null || !('kind' in recipient) || isTerm(recipient.kind));
  if (!known) return 'unknown-term';
  return parts.includes('*') || parts.includes('') ? 'bad-request' : null;
}

/** @param {import('./terms.mjs').Duty[] | undefined} duties @returns {Duty[]} */
export function dutyPairs(duties) {
  return (duties ?? []).map(({ duty, within }) => [duty, within]);
}

/** @param {Duty[]} duties @returns {Duty[]} the first of each */
function withoutRepetition(duties) {
  return duties.filter(([duty, within], i) =>
    duties.findIndex(([other, time]) => other === duty && time === within) === i);
}

/** @param {string} code @returns {Decision} */
export function no(code) {
  return { permit: false, code, duties: [], retention: null };
}

/** 5.3 to 5.6. @param {Terms} terms @param {Request} request @param {Facts} facts @param {number} now @returns {Decision} */
function decideOne(terms, request, facts, now) {
  if (now < terms.from) return no('not-yet');
  if (now >= terms.until) return no('expired');
  const second = facts.counterparty;
  const matching = terms.permissions.map((rule) => ({
    rule,
    length: permissionLength(rule, request),
    met: allOf(rule.conditions, facts, now) === true,
    kept: !isKeptTooLong(rule, facts, now),
  })).filter((p) => p.length > 0);
  const applying = matching.filter((p) => p.met && p.kept);
  const a = Math.max(0, ...applying.map((p) => p.length));
  const d = Math.max(0, ...terms.prohibitions
    .filter((rule) => allOf(rule.conditions, facts, now) !== false)
    .map((rule) => prohibitionLength(rule, request, second)));
  if (a === 0) {
    if (matching.some((p) => p.met)) return no('retention');
    return no(matching.length > 0 ? 'condition' : 'no-permission');
  }
  if (a <= d) return no('prohibited');
  const used = applying.filter((p) => p.length === a).map((p) => p.rule);
  const retentions = used.flatMap((rule) => rule.retention ?? []);
  return {
    permit: true,
    code: 'permitted',
    duties: withoutRepetition([...dutyPairs(terms.duties),
      ...used.flatMap((rule) => dutyPairs(rule.duties))]),
    retention: retentions.length > 0 ? Math.min(...retentions) : null,
  };
}

/**
 * 5: terms given together all have to permit.
 * @param {Terms[]} terms @param {Request} request @param {Facts} facts @param {number} now
 * @returns {Decision}
 */
export function decide(terms, request, facts, now) {
  if (terms.length === 0) return no('no-terms');
  const wrong = wrongRequest(request);
  if (wrong !== null) return no(wrong);
  const decisions = terms.map((one) => decideOne(one, request, facts, now));
  const denied = decisions.find((decision) => !decision.permit);
  if (denied !== undefined) return denied;
  const retentions = decisions.flatMap((decision) => decision.retention ?? []);
  return {
    permit: true,
    code: 'permitted',
    duties: withoutRepetition(decisions.flatMap((decision) => decision.duties)),
    retention: retentions.length > 0 ? Math.min(...retentions) : null,
  };
}

/**
 * 7: whether there is a path, and are circumstances, for which terms could permit a use by the second party.
 * @param {Terms} terms
 * @param {{action: string, purpose: string}} use
 * @param {number} at the user's own time
 * @returns {boolean}
 */
export function couldPermit(terms, { action, purpose }, at) {
  if (at < terms.from || at >= terms.until) return false;
  if (!covers('dpv:Processing', action) || !covers('dpv:Purpose', purpose)) return false;
  const isAbout = (/** @type {Rule} */ rule) => rule.recipients.length === 0
    && rule.actions.some((one) => covers(one, action));
  const barring = terms.prohibitions.filter((rule) => isAbout(rule) && rule.conditions === undefined
    && (rule.purposes.length === 0 || rule.purposes.some((one) => covers(one, purpose))));
  const barred = barring.flatMap((rule) => rule.paths).map(segments);
  return terms.permissions
    .filter((rule) => isAbout(rule) && rule.purposes.some((one) => covers(one, purpose)))
    .flatMap((rule) => rule.paths).map(segments)
    .some((path) => !barred.some((other) => other.length === path.length && agree(other, path, path.length)));
}
