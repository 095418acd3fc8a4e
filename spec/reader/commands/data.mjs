/** Commands of the area data (spec: conformance/CLI, data). */

import { toHex } from '../bytes.mjs';
import { readCid } from '../cid.mjs';
import { any, command, hex, number, places, string } from '../form.mjs';
import { toHistories, toStatement } from '../inputs.mjs';
import { checkOpening, commit, opening } from '../items.mjs';

/** @type {Record<string, import('../door.mjs').Command>} */
export const commands = {
  commit: command(
    { rel: string, path: string, path_salt: hex, value: hex, value_salt: hex },
    ({ rel, path, path_salt: pathSalt, value, value_salt: valueSalt }) => {
      const shown = opening([readCid(rel), 0, path, pathSalt, value, valueSalt]);
      const [p, c] = commit(rel, shown);
      return { path: toHex(p), value: toHex(c) };
    },
  ),

  'check-opening': command(
    { histories: any, statement: any, opening: places(string, number, string, hex, hex, hex) },
    (input) => {
      const [share, ...rest] = input.opening;
      const shown = opening([readCid(share), ...rest]);
      checkOpening(toStatement(input.statement, toHistories(input.histories).values()), shown);
      return {};
    },
  ),
};
