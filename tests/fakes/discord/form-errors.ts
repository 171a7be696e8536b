import { ApiError } from './api-error.ts';
import { isRecord, type Json, lengthOf } from './json.ts';

export type Path = readonly (string | number)[];

/** Collects what is wrong with a body; becomes 50035 with nested `_errors`, as Discord answers. */
export interface FormErrors {
  add(path: Path, code: string, message: string): void;
  readonly empty: boolean;
  /** Throws 50035 when anything was added. */
  check(): void;
}

/** `prefix`: where the body stands in what was sent (`data` of a callback). */
export function formErrors(prefix: Path = []): FormErrors {
  const errors: Json = {};
  const form = {
    empty: true,
    add(path: Path, code: string, message: string): void {
      form.empty = false;
      let node = errors;
      for (const part of [...prefix, ...path]) {
        const next = node[String(part)];
        const child = isRecord(next) ? next : {};
        node[String(part)] = child;
        node = child;
      }
      const found = node['_errors'];
      node['_errors'] = [...(Array.isArray(found) ? found : []), { code, message }];
    },
    check(): void {
      if (!form.empty) throw new ApiError(400, 50035, 'Invalid Form Body', errors);
    },
  };
  return form;
}

export interface TextRule {
  min?: number;
  max: number;
  required?: boolean;
}

/** A text field: trimmed as Discord does; undefined when absent, empty or wrong. */
export function textField(
  form: FormErrors,
  path: Path,
  value: unknown,
  rule: TextRule,
): string | undefined {
  if (value === undefined || value === null || value === '') {
    if (rule.required) form.add(path, 'BASE_TYPE_REQUIRED', 'This field is required');
    return undefined;
  }
  if (typeof value !== 'string' && typeof value !== 'number') {
    form.add(path, 'STRING_TYPE_CONVERT', `Could not interpret "${String(value)}" as string.`);
    return undefined;
  }
  const text = String(value).trim();
  const length = lengthOf(text);
  const { min = 0, max } = rule;
  if (length === 0 && rule.required) {
    form.add(path, 'BASE_TYPE_REQUIRED', 'This field is required');
  } else if (min > 0 && (length < min || length > max)) {
    form.add(path, 'BASE_TYPE_BAD_LENGTH', `Must be between ${min} and ${max} in length.`);
  } else if (length > max) {
    form.add(path, 'BASE_TYPE_MAX_LENGTH', `Must be ${max} or fewer in length.`);
  }
  return text === '' ? undefined : text;
}

/** An array of at most `max`; empty when absent or wrong. */
export function listField(
  form: FormErrors,
  path: Path,
  value: unknown,
  rule: { min?: number; max: number },
): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    form.add(path, 'LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType');
    return [];
  }
  const { min = 0, max } = rule;
  if (value.length > max || value.length < min) {
    const message =
      min > 0
        ? `Must be between ${min} and ${max} in length.`
        : `Must be ${max} or fewer in length.`;
    form.add(path, min > 0 ? 'BASE_TYPE_BAD_LENGTH' : 'BASE_TYPE_MAX_LENGTH', message);
  }
  return value;
}

/** A whole number between `min` and `max`; undefined when absent or wrong. */
export function wholeField(
  form: FormErrors,
  path: Path,
  value: unknown,
  rule: { min: number; max: number },
): number | undefined {
  if (value === undefined || value === null) return undefined;
  const number = Number(value);
  if (!Number.isInteger(number)) {
    form.add(path, 'NUMBER_TYPE_COERCE', `Value "${String(value)}" is not int.`);
    return undefined;
  }
  if (number > rule.max) {
    form.add(path, 'NUMBER_TYPE_MAX', `int value should be less than or equal to ${rule.max}.`);
  }
  if (number < rule.min) {
    form.add(path, 'NUMBER_TYPE_MIN', `int value should be greater than or equal to ${rule.min}.`);
  }
  return number;
}

export function choiceError(form: FormErrors, path: Path, allowed: readonly number[]): void {
  form.add(path, 'BASE_TYPE_CHOICES', `Value must be one of {${allowed.join(', ')}}.`);
}
