/** Commands of the area parties (spec: conformance/CLI, parties). */

import { fromHex, toHex } from '../bytes.mjs';
import { readCard, readLink } from '../card.mjs';
import { toHistory } from '../inputs.mjs';

/** @type {Record<string, import('../door.mjs').Command>} */
export const commands = {
  'key-history': ({ history: envelopes }) => {
    const history = toHistory(envelopes);
    return {
      party: history.party,
      kind: history.kind,
      heads: history.heads(),
      events: [...history.events.values()].map(({ id, seq, prev, key }) => ({
        id, seq, prev, public: toHex(key),
      })),
    };
  },

  card: ({ envelope, history, now, seen }) => {
    const before = seen === undefined ? undefined : fromHex(seen);
    const card = readCard(fromHex(envelope), toHistory(history), now, before);
    const { id, party, kel, seq, iat, exp, prekey, addresses, domains = [], inv } = card;
    return {
      id, party, kel, seq, iat, exp,
      prekey: { id: toHex(prekey.id), pk: toHex(prekey.pk), not_after: prekey.not_after },
      addresses,
      domains,
      inv: inv === undefined ? null : toHex(inv),
    };
  },

  invitation: ({ text, now }) => {
    const { card, secret } = readLink(text, now);
    return { party: card.party, card: card.id, secret: secret === null ? null : toHex(secret) };
  },
};
