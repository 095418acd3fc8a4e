/** Commands of the area session (spec: conformance/CLI, session). */

import { toHex } from '../bytes.mjs';
import { array, cid, command, hex, members, nullable, number, secret } from '../form.mjs';
import { receive } from '../session.mjs';
import { toTagged } from '../tagged.mjs';

/** @type {Record<string, import('../door.mjs').Command>} */
export const commands = {
  receive: command(
    {
      sealed: hex, me: cid, peer: cid, rel: cid,
      prekey: members({ id: hex, secret }), psk: nullable(secret), taken: array(hex), now: number,
    },
    ({ sealed, ...receiver }) => {
      const { value, frame, requests } = receive(sealed, receiver);
      const items = /** @type {Map<string, any>} */ (value).get('items');
      return { n: toHex(frame.n), at: frame.at, items: items.map(toTagged), requests };
    },
  ),
};
