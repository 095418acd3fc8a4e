/**
 * The form of requests: members and kinds of values (spec: conformance/CLI). What has another form is
 * refused as `request-form`, before anything is asked of it.
 *
 * A form takes a JSON value and returns what the command works with.
 * @typedef {(json: any) => any} Form
 */

import { fromHex } from './bytes.mjs';
import { Refusal, require } from './errors.mjs';

const CODE = 'request-form';

/** @type {Form} */
export const any = (json) => json;

/** @type {Form} */
export const string = (json) => {
  require(typeof json === 'string', CODE, 'text');
  return json;
};

/** @type {Form} */
export const number = (json) => {
  require(Number.isSafeInteger(json), CODE, 'integer');
  return json;
};

/** An integer of any size, for a command that has a code of its own for one that is too large. @type {Form} */
export const anyInteger = (json) => {
  require(Number.isInteger(json), CODE, 'integer');
  return json;
};

/** Bytes in hexadecimal. @type {Form} */
export const hex = (json) => fromHex(string(json));

/** @type {(form: Form) => Form} */
export const nullable = (form) => (json) => (json === null ? null : form(json));

/** @type {(form: Form) => Form} */
export const array = (form) => (json) => {
  require(Array.isArray(json), CODE, 'array');
  return json.map((/** @type {any} */ part) => form(part));
};

/** @type {(...forms: Form[]) => Form} */
export const places = (...forms) => (json) => {
  require(Array.isArray(json) && json.length === forms.length, CODE, 'array');
  return forms.map((form, i) => form(json[i]));
};

/** @param {any} json @returns {asserts json is Record<string, any>} */
function requireObject(json) {
  require(json !== null && typeof json === 'object' && !Array.isArray(json), CODE, 'object');
}

/** An object whose members have any names. @type {(form: Form) => Form} */
export const labelled = (form) => (json) => {
  requireObject(json);
  return new Map(Object.entries(json).map(([label, part]) => [label, form(part)]));
};

/** @type {(choices: string[]) => Form} */
export const oneOf = (choices) => (json) => {
  require(choices.includes(json), CODE, choices.join());
  return json;
};

/**
 * An object with these members. One whose name ends in `?` may be absent; members of other
 * names are let pass.
 * @param {Record<string, Form>} members
 * @returns {Form}
 */
export function members(members) {
  return (json) => {
    requireObject(json);
    return Object.fromEntries(Object.entries(members).flatMap(([key, form]) => {
      const name = key.replace(/\?$/, '');
      if (Object.hasOwn(json, name)) return [[name, form(json[name])]];
      if (key.endsWith('?')) return [];
      throw new Refusal(CODE, `${name} is missing`);
    }));
  };
}

/**
 * @param {Record<string, Form>} input
 * @param {(input: any) => any} run
 * @returns {import('./door.mjs').Command}
 */
export function command(input, run) {
  const form = members(input);
  return (json) => run(form(json));
}
