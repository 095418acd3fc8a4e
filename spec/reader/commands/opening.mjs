/** Commands of the area opening (spec: conformance/CLI, opening). */

import { fromHex, toHex } from '../bytes.mjs';
import { Refusal } from '../errors.mjs';
import { toHistories, toStatement } from '../inputs.mjs';
import { checkJoin, checkOpen } from '../opening.mjs';

/**
 * @param {{histories: Record<string, string[]>, opener: string, joiner: string}} input
 * @returns {[import('../keys.mjs').KeyHistory, import('../keys.mjs').KeyHistory]} opener and joiner
 */
function pair({ histories, opener, joiner }) {
  const byLabel = toHistories(histories);
  const [a, b] = [byLabel.get(opener), byLabel.get(joiner)];
  if (a === undefined || b === undefined) throw new Refusal('request-form', 'a label of no history');
  return [a, b];
}

/** @type {Record<string, import('../door.mjs').Command>} */
export const commands = {
  open: (input) => {
    const parties = pair(input);
    const open = toStatement(input.open, parties);
    const { now, cards } = input;
    const used = checkOpen(open, ...parties, { now, cards, secrets: input.secrets.map(fromHex) });
    return { secret: used === null ? null : toHex(used) };
  },

  join: (input) => {
    const parties = pair(input);
    const open = toStatement(input.open, parties);
    const join = toStatement(input.join, parties);
    const { first, second, ext } = checkJoin(open, join, ...parties);
    const labelOf = (/** @type {{party: string}} */ { party }) =>
      party === parties[0].party ? input.opener : input.joiner;
    return { rel: open.id, first: labelOf(first), second: labelOf(second), ext };
  },
};
