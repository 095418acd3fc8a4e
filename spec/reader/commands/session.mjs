/** Commands of the area session (spec: conformance/CLI, session). */

import { fromHex, toHex } from '../bytes.mjs';
import { receive } from '../session.mjs';
import { toTagged } from '../tagged.mjs';

/** @type {Record<string, import('../door.mjs').Command>} */
export const commands = {
  receive: ({ sealed, me, peer, rel, prekey, psk, taken, now }) => {
    const { value, frame, requests } = receive(fromHex(sealed), {
      me, peer, rel, now,
      prekey: { id: fromHex(prekey.id), secret: fromHex(prekey.secret) },
      psk: psk === null ? null : fromHex(psk),
      taken: taken.map(fromHex),
    });
    const given = /** @type {Map<string, any>} */ (value);
    return {
      n: toHex(frame.n),
      at: frame.at,
      items: /** @type {any[]} */ (given.get('items')).map(toTagged),
      requests,
    };
  },
};
