/** Commands of the area parties (spec: conformance/CLI, parties). */

import { toHex } from '../bytes.mjs';
import { readCard, readLink } from '../card.mjs';
import { any, command, hex, number, string } from '../form.mjs';
import { toHistory } from '../inputs.mjs';

/** @type {Record<string, import('../door.mjs').Command>} */
export const commands = {
  'key-history': command({ history: any }, (input) => {
    const history = toHistory(input.history);
    return {
      party: history.party,
      kind: history.kind,
      heads: history.heads(),
      events: [...history.events.values()].map(({ id, seq, prev, key }) => ({
        id, seq, prev, public: toHex(key),
      })),
    };
  }),

  card: command(
    { envelope: hex, history: any, now: number, 'seen?': hex },
    ({ envelope, history, now, seen }) => {
      const card = readCard(envelope, toHistory(history), now, seen);
      const { id, party, kel, seq, iat, exp, prekey, addresses, domains = [], inv } = card;
      return {
        id, party, kel, seq, iat, exp,
        prekey: { id: toHex(prekey.id), pk: toHex(prekey.pk), not_after: prekey.not_after },
        addresses,
        domains,
        inv: inv === undefined ? null : toHex(inv),
      };
    },
  ),

  invitation: command({ text: string, now: number }, ({ text, now }) => {
    const { card, secret } = readLink(text, now);
    return { party: card.party, card: card.id, secret: secret === null ? null : toHex(secret) };
  }),
};
