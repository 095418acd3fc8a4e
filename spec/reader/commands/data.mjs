/** Commands of the area data (spec: conformance/CLI, data). */

import { fromHex, toHex } from '../bytes.mjs';
import { readCid } from '../cid.mjs';
import { toHistories, toStatement } from '../inputs.mjs';
import { checkOpening, commit, opening } from '../items.mjs';

/** @type {Record<string, import('../door.mjs').Command>} */
export const commands = {
  commit: ({ rel, path, path_salt, value, value_salt }) => {
    const shown = opening([
      readCid(rel), 0, path, fromHex(path_salt), fromHex(value), fromHex(value_salt),
    ]);
    const [p, c] = commit(rel, shown);
    return { path: toHex(p), value: toHex(c) };
  },

  'check-opening': ({ histories, statement, opening: json }) => {
    const [share, index, path, pathSalt, value, valueSalt] = json;
    const shown = opening([
      readCid(share), index, path, fromHex(pathSalt), fromHex(value), fromHex(valueSalt),
    ]);
    checkOpening(toStatement(statement, toHistories(histories).values()), shown);
    return {};
  },
};
