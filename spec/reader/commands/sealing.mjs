/** Commands of the area sealing (spec: conformance/CLI, sealing). */

import { equal, toHex } from '../bytes.mjs';
import { require } from '../errors.mjs';
import { command, hex, members, nullable, oneOf, string } from '../form.mjs';
import { derivePsk, parseSealed, seal, unseal } from '../seal.mjs';

/** @type {Record<string, import('../door.mjs').Command>} */
export const commands = {
  'derive-psk': command(
    { rel: string, opener: hex, joiner: hex },
    ({ rel, opener, joiner }) => ({ psk: toHex(derivePsk(rel, opener, joiner)) }),
  ),

  seal: command(
    {
      frame: hex, mode: oneOf(['open', 'psk']), prekey: members({ id: hex, pk: hex }),
      ephemeral: hex, psk: nullable(hex),
    },
    ({ frame, mode, prekey, ephemeral, psk }) => {
      require((mode === 'psk') === (psk !== null), 'request-form', 'mode and psk');
      return { sealed: toHex(seal(frame, prekey, ephemeral, psk)) };
    },
  ),

  unseal: command(
    { sealed: hex, prekey: members({ id: hex, secret: hex }), psk: nullable(hex) },
    ({ sealed, prekey, psk }) => {
      const parsed = parseSealed(sealed);
      require(equal(parsed.id, prekey.id), 'seal-open', 'another prekey');
      return { frame: toHex(unseal(parsed, prekey.secret, psk)) };
    },
  ),
};
