/**
 * The one way in which this reader refuses: a code of spec/errors.md and a word on what it met.
 */
export class Refusal extends Error {
  /**
   * @param {string} code a code of spec/errors.md
   * @param {string} [detail] for people, never compared
   */
  constructor(code, detail = '') {
    super(detail ? `${code}: ${detail}` : code);
    this.name = 'Refusal';
    /** @type {string} */
    this.code = code;
  }
}

/**
 * @param {unknown} condition
 * @param {string} code
 * @param {string} [detail]
 * @returns {asserts condition}
 */
export function require(condition, code, detail) {
  if (!condition) throw new Refusal(code, detail);
}
