/** Commands of the area statements (spec: conformance/CLI, statements). */

import { readBody } from '../bodies.mjs';
import { toHex } from '../bytes.mjs';
import { decode } from '../cbor.mjs';
import { Refusal } from '../errors.mjs';
import { any, command, hex, string } from '../form.mjs';
import { readFrame } from '../frame.mjs';
import { toHistories, toStatement } from '../inputs.mjs';
import { toTagged } from '../tagged.mjs';
import { terms } from '../terms.mjs';

/**
 * @param {string} kind
 * @param {Uint8Array} bytes
 * @returns {import('../cbor.mjs').Value} what was read, once its form was checked
 */
function read(kind, bytes) {
  if (kind === 'terms') {
    const value = decode(bytes);
    terms(value);
    return value;
  }
  if (kind === 'frame') return readFrame(bytes).value;
  if (kind.startsWith('body:')) return readBody(kind.slice(5), bytes).value;
  throw new Refusal('request-form', kind);
}

/** @type {Record<string, import('../door.mjs').Command>} */
export const commands = {
  statement: command({ envelope: any, histories: any, 'body?': any }, (input) => {
    const { id, header, body } = toStatement(input, toHistories(input.histories).values());
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
