/**
 * The report: every vector of a spec folder, answered and compared (spec: conformance/CLI, The report).
 */

import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { compareText } from './bytes.mjs';
import { canonical } from './json.mjs';

/** @typedef {import('./door.mjs').Answer} Answer */
/** @typedef {{text: string, errors: string, code: 0 | 1 | 2}} Result */

class BrokenFolder extends Error {}

/** @param {Uint8Array | string} bytes @returns {string} */
function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

/** @param {string} path @returns {Buffer} */
function read(path) {
  try {
    return readFileSync(path);
  } catch (fault) {
    throw new BrokenFolder(`${path}: ${/** @type {Error} */ (fault).message}`);
  }
}

/**
 * @param {string} folder that holds a file SHA256SUMS
 * @returns {{digest: string, names: string[]}} of the file itself, and the files it lists
 */
function checkSums(folder) {
  const bytes = read(join(folder, 'SHA256SUMS'));
  const lines = bytes.toString('utf8').split('\n');
  if (lines.pop() !== '') throw new BrokenFolder(`${folder}/SHA256SUMS: the last line is cut`);
  const names = lines.map((line) => {
    const parts = /^([0-9a-f]{64}) {2}(.+)$/.exec(line);
    if (parts === null || parts[2].split('/').includes('..')) {
      throw new BrokenFolder(`${folder}/SHA256SUMS: not a line of a digest and a path: ${line}`);
    }
    if (sha256(read(join(folder, parts[2]))) !== parts[1]) {
      throw new BrokenFolder(`${join(folder, parts[2])}: differs from its line in SHA256SUMS`);
    }
    return parts[2];
  });
  if (names.some((name, i) => i > 0 && compareText(names[i - 1], name) >= 0)) {
    throw new BrokenFolder(`${folder}/SHA256SUMS: the lines are not sorted by name`);
  }
  return { digest: sha256(bytes), names };
}

/** @param {string} folder @returns {string[]} the paths of all .json files below it */
function jsonFiles(folder, prefix = '') {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = prefix + entry.name;
    if (entry.isDirectory()) return jsonFiles(folder, `${path}/`);
    return path.endsWith('.json') ? [path] : [];
  });
}

/** @param {Answer | {fault: true}} given @returns {string} */
function shown(given) {
  if ('error' in given) return `error ${given.error}`;
  if ('unsupported' in given) return 'unsupported';
  if ('fault' in given) return 'fault';
  return `output ${sha256(canonical(given.output))}`;
}

/** @param {any} vector @param {Answer | {fault: true}} given @returns {boolean} */
function isRight(vector, given) {
  if ('error' in vector) return 'error' in given && given.error === vector.error;
  return 'output' in given && canonical(given.output) === canonical(vector.output);
}

/**
 * @param {string} folder the spec folder
 * @param {(request: {command: string, input: any}) => Answer} answer
 * @returns {Result}
 */
export function report(folder, answer) {
  /** @type {string[]} */
  const errors = [];
  try {
    const vectors = join(folder, 'vectors');
    const specification = checkSums(folder);
    const listed = checkSums(vectors);
    const present = jsonFiles(vectors);
    const stray = present.find((path) => !listed.names.includes(path));
    if (stray !== undefined) throw new BrokenFolder(`${join(vectors, stray)}: not in SHA256SUMS`);
    const version = /^Version: (\S+)$/m.exec(read(join(folder, 'README.md')).toString('utf8'));
    if (version === null) throw new BrokenFolder(`${folder}/README.md: states no version`);

    const cases = present
      .map((path) => ({ path, vector: JSON.parse(read(join(vectors, path)).toString('utf8')) }))
      .sort((a, b) => compareText(a.vector.name, b.vector.name));
    const lines = cases.map(({ path, vector }) => {
      if (`${vector.name}.json` !== path) throw new BrokenFolder(`${path}: names another vector`);
      /** @type {Answer | {fault: true}} */
      let given;
      try {
        given = answer({ command: vector.command, input: vector.input });
      } catch (fault) {
        errors.push(`${vector.name}: ${/** @type {Error} */ (fault).stack}\n`);
        given = { fault: true };
      }
      const right = isRight(vector, given);
      return { right, text: `${vector.name} ${right ? 'pass' : 'fail'} ${shown(given)}` };
    });
    const passed = lines.filter((line) => line.right).length;
    const text = [
      'linkcontract conformance report 1',
      `specification ${version[1]} ${specification.digest}`,
      `vectors ${cases.length} ${listed.digest}`,
      ...lines.map((line) => line.text),
      `passed ${passed} of ${cases.length}`,
      '',
    ].join('\n');
    return { text, errors: errors.join(''), code: passed === cases.length ? 0 : 1 };
  } catch (fault) {
    if (!(fault instanceof BrokenFolder)) throw fault;
    return { text: '', errors: `${fault.message}\n`, code: 2 };
  }
}
