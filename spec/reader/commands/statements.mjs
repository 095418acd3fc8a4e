/** Commands of the area statements (spec: conformance/CLI, statements). */

import { readBody } from '../bodies.mjs';
import { toHex } from '../bytes.mjs';
import { Refusal } from '../errors.mjs';
import { any, command, hex, string } from '../form.mjs';
import { readFrame } from '../frame.mjs';
import { record, toHistories } from '../inputs.mjs';
import { readStatement, withBody } from '../statement.mjs';
import { toTagged } from '../tagged.mjs';
import { decodeTerms } from '../terms.mjs';

/**
 * @param {string} kind
 * @param {Uint8Array} bytes
 * @returns {import('../cbor.mjs').Value} what was read, once its form was checked
 */
function read(kind, bytes) {
  if (kind === 'terms') return decodeTerms(bytes);
  if (kind === 'frame') return readFrame(bytes).value;
  if (kind.startsWith('body:')) return readBody(kind.slice(5), bytes).value;
  throw new Refusal('request-form', kind);
}

/** @type {Record<string, import('../door.mjs').Command>} */
export const commands = {
  statement: command({ envelope: hex, histories: any, 'body?': record }, (input) => {
    const bare = readStatement(input.envelope, toHistories(input.histories).values());
    const { id, header, body } = input.body === undefined ? bare : withBody(bare, input.body);
    const { type, rel, from, seq, prev, seen, at, ks, bh } = header;
    return {
      id, type, rel, from, seq, prev, seen, at, ks,
      bh: toHex(bh),
      body: body === null ? null : toTagged(body.value),
      body_fault: body === null ? null : body.fault,
    };
  }),

  read: command({ kind: string, bytes: hex }, ({ kind, bytes }) => ({
    value: toTagged(read(kind, bytes)),
  })),
};
