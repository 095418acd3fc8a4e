/**
 * The door: from a request to an answer (spec: conformance/CLI).
 */

import { fromUtf8 } from './bytes.mjs';
import { Refusal } from './errors.mjs';
import { any, openMembers, string } from './form.mjs';
import { commands as encoding } from './commands/encoding.mjs';
import { commands as envelope } from './commands/envelope.mjs';
import { commands as sealing } from './commands/sealing.mjs';
import { commands as parties } from './commands/parties.mjs';
import { commands as statements } from './commands/statements.mjs';
import { commands as opening } from './commands/opening.mjs';
import { commands as data } from './commands/data.mjs';
import { commands as session } from './commands/session.mjs';
import { commands as ledger } from './commands/ledger.mjs';
import { commands as contracts } from './commands/contracts.mjs';
import { commands as permissions } from './commands/permissions.mjs';
import { commands as log } from './commands/log.mjs';
import { commands as evidence } from './commands/evidence.mjs';

/**
 * A command takes the `input` of a request and returns the `output` of its answer, both as JSON
 * values; it refuses by throwing a Refusal.
 * @typedef {(input: any) => any} Command
 */

const AREAS = [
  encoding, envelope, sealing, parties, statements, opening, data, session,
  ledger, contracts, permissions, log, evidence,
];

/** @type {Map<string, Command>} */
const COMMANDS = new Map(AREAS.flatMap((area) => Object.entries(area)));

const MAX_DEPTH = 64;
const NO_REQUEST = { error: 'request-form' };
const REQUEST = openMembers({ command: string, input: any });

/**
 * @typedef {{output: any} | {error: string} | {unsupported: true}} Answer
 */

/**
 * Any other exception than a Refusal is a fault of this program and is passed on.
 * @param {any} request
 * @returns {Answer}
 */
export function answer(request) {
  try {
    const { command, input } = REQUEST(request);
    const run = COMMANDS.get(command);
    return run === undefined ? { unsupported: true } : { output: run(input) };
  } catch (refusal) {
    if (refusal instanceof Refusal) return { error: refusal.code };
    throw refusal;
  }
}

/** @param {any} json @returns {boolean} whether no more arrays and objects lie within each other than may */
function isFlatEnough(json) {
  let level = [json];
  for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth += 1) {
    level = level.flatMap((part) => Object.values(part).filter((inner) => typeof inner === 'object' && inner !== null));
  }
  return level.length === 0;
}

/**
 * @param {Uint8Array} line
 * @returns {string} the answer, without a line feed
 */
export function answerLine(line) {
  /** @type {any} */
  let request;
  try {
    request = JSON.parse(fromUtf8(line, 'request-form'));
  } catch (fault) {
    if (!(fault instanceof SyntaxError || fault instanceof Refusal)) throw fault;
    return JSON.stringify(NO_REQUEST);
  }
  return JSON.stringify(isFlatEnough([request]) ? answer(request) : NO_REQUEST);
}
