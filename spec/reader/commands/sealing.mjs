/** Commands of the area sealing (spec: conformance/CLI, sealing). */

import { equal, toHex } from '../bytes.mjs';
import { require } from '../errors.mjs';
import { cid, command, hex, members, nullable, oneOf, secret } from '../form.mjs';
import { derivePsk, parseSealed, seal, unseal } from '../seal.mjs';

/** @type {Record<string, import('../door.mjs').Command>} */
export const commands = {
  'derive-psk': command(
    { rel: cid, opener: secret, joiner: secret },
    ({ rel, opener, joiner }) => ({ psk: toHex(derivePsk(rel, opener, joiner)) }),
  ),

  seal: command(
    {
      frame: hex, mode: oneOf(['open', 'psk']), prekey: members({ id: hex, pk: hex }),
      ephemeral: secret, psk: nullable(secret),
    },
    ({ frame, mode, prekey, ephemeral, psk }) => {
      require((mode === 'psk') === (psk !== null), 'request-form', 'mode and psk');
      return { sealed: toHex(seal(frame, prekey, ephemeral, psk)) };
    },
  ),

  unseal: command(
    { sealed: hex, prekey: members({ id: hex, secret }), psk: nullable(secret) },
    ({ sealed, prekey, psk }) => {
      const parsed = parseSealed(sealed);
      require(equal(parsed.id, prekey.id), 'frame-prekey');
      return { frame: toHex(unseal(parsed, prekey.secret, psk)) };
    },
  ),
};
