/**
 * Conditions of rules (spec: permissions, Conditions): they hold, fail, or are not known.
 *
 * @typedef {any} Condition parsed as terms.mjs says
 *
 * @typedef {object} Facts what is stated about the circumstances
 * @property {string | null} counterparty the acting party
 * @property {string | null} place ISO 3166 code
 * @property {number | null} uses earlier uses under the agreement
 * @property {number | null} received_at
 * @property {Map<string, boolean | number | string>} named
 *
 * @typedef {boolean | null} Truth null if it is not known
 */

/** @param {Truth[]} truths @returns {Truth} */
function all(truths) {
  if (truths.includes(false)) return false;
  return truths.includes(null) ? null : true;
}

/** @param {Truth} truth @returns {Truth} */
function not(truth) {
  return truth === null ? null : !truth;
}

/** @param {string} code ISO 3166 @returns {string} */
function country(code) {
  return code.split('-')[0];
}

/** @param {string[]} listed @param {string | null} place @returns {Truth} */
function isIn(listed, place) {
  if (place === null) return null;
  if (listed.includes(place) || listed.includes(country(place))) return true;
  const within = listed.some((code) => code !== country(code) && country(code) === place);
  return within || place === 'EU' || listed.includes('EU') ? null : false;
}

/** @param {number} within @param {number | null} received @param {number} now @returns {Truth} */
function isFresh(within, received, now) {
  if (received === null || received > now) return null;
  return now - received <= within;
}

/**
 * @param {Condition} condition
 * @param {Facts} facts
 * @param {number} now
 * @returns {Truth}
 */
export function truthOf(condition, facts, now) {
  switch (condition.kind) {
    case 'all':
      return allOf(condition.of, facts, now);
    case 'any':
      return not(all(condition.of.map((/** @type {Condition} */ part) => not(truthOf(part, facts, now)))));
    case 'not':
      return not(truthOf(condition.of, facts, now));
    case 'time':
      return (condition.after === null || condition.after <= now) && (condition.before === null || now < condition.before);
    case 'counterparty':
      return facts.counterparty === null ? null : condition.in.includes(facts.counterparty);
    case 'count':
      return facts.uses === null ? null : facts.uses < condition.most;
    case 'place':
      return isIn(condition.in, facts.place);
    case 'freshness':
      return isFresh(condition.within, facts.received_at, now);
    case 'fact':
      return facts.named.has(condition.name) ? facts.named.get(condition.name) === condition.equals : null;
    default:
      return null;
  }
}

/**
 * @param {Condition[] | undefined} conditions of a rule
 * @param {Facts} facts @param {number} now @returns {Truth}
 */
export function allOf(conditions, facts, now) {
  return all((conditions ?? []).map((part) => truthOf(part, facts, now)));
}
