/** Commands of the area data (spec: conformance/CLI, data). */

import { toHex } from '../bytes.mjs';
import { readCid } from '../cid.mjs';
import { any, cid, command, hex, number, places, string } from '../form.mjs';
import { toHistories, toStatement } from '../inputs.mjs';
import { checkOpening, makeItem, opening } from '../items.mjs';

/** @type {Record<string, import('../door.mjs').Command>} */
export const commands = {
  commit: command(
    { rel: cid, path: string, path_salt: hex, value: hex, value_salt: hex },
    ({ rel, path, path_salt: pathSalt, value, value_salt: valueSalt }) => {
      const shown = opening([readCid(rel), 0, path, pathSalt, value, valueSalt]);
      const [p, c] = makeItem(rel, shown);
      return { path: toHex(p), value: toHex(c) };
    },
  ),

  'check-opening': command(
    { histories: any, statement: any, opening: places(cid, number, string, hex, hex, hex) },
    (input) => {
      const [share, ...rest] = input.opening;
      const shown = opening([readCid(share), ...rest]);
      checkOpening(toStatement(input.statement, toHistories(input.histories).values()), shown);
      return {};
    },
  ),
};
