/** Commands of the area opening (spec: conformance/CLI, opening). */

import { toHex } from '../bytes.mjs';
import { Refusal } from '../errors.mjs';
import { any, array, cid, command, hex, number, string } from '../form.mjs';
import { toHistories, toStatement } from '../inputs.mjs';
import { checkJoin, checkOpen } from '../opening.mjs';

/** @typedef {import('../keys.mjs').KeyHistory} KeyHistory */

const PARTIES = { histories: any, opener: string, joiner: string };

/**
 * @param {{histories: any, opener: string, joiner: string}} input
 * @returns {{all: KeyHistory[], pair: [KeyHistory, KeyHistory]}} opener and joiner are the pair
 */
function parties({ histories, opener, joiner }) {
  const byLabel = toHistories(histories);
  const [a, b] = [byLabel.get(opener), byLabel.get(joiner)];
  if (a === undefined || b === undefined) throw new Refusal('request-form', 'a label of no history');
  return { all: [...byLabel.values()], pair: [a, b] };
}

/** @type {Record<string, import('../door.mjs').Command>} */
export const commands = {
  open: command(
    { ...PARTIES, open: any, now: number, cards: array(cid), secrets: array(hex) },
    ({ open, now, cards, secrets, ...input }) => {
      const { all, pair } = parties(input);
      const used = checkOpen(toStatement(open, all), ...pair, { now, cards, secrets });
      return { secret: used === null ? null : toHex(used) };
    },
  ),

  join: command({ ...PARTIES, open: any, join: any }, (input) => {
    const { all, pair } = parties(input);
    const open = toStatement(input.open, all);
    const join = toStatement(input.join, all);
    const { first, second, ext } = checkJoin(open, join, ...pair);
    const labelOf = (/** @type {{party: string}} */ { party }) =>
      party === pair[0].party ? input.opener : input.joiner;
    return { rel: open.id, first: labelOf(first), second: labelOf(second), ext };
  }),
};
