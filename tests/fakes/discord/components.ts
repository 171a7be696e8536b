import { choiceError, type FormErrors, listField, type Path, textField } from './form-errors.ts';
import { type Json, list, record } from './json.ts';

const ROW = 1;
const BUTTON = 2;
const SELECTS = [3, 5, 6, 7, 8];
const LINK_STYLE = 5;
const PREMIUM_STYLE = 6;

/** Rows of buttons and select menus; what is wrong goes to `form`. Components v2 are not known. */
export function readComponents(form: FormErrors, value: unknown): unknown[] {
  const ids = new Set<string>();
  let nextId = 1;
  const rows = listField(form, ['components'], value, { max: 5 });
  return rows.map((one, index) => {
    const row = record(one);
    const path = ['components', index];
    if (row['type'] !== ROW) choiceError(form, [...path, 'type'], [ROW]);
    const parts = listField(form, [...path, 'components'], row['components'], { min: 1, max: 5 });
    if (!Array.isArray(row['components'])) {
      form.add([...path, 'components'], 'BASE_TYPE_REQUIRED', 'This field is required');
    }
    const hasSelect = parts.some((part) => SELECTS.includes(Number(record(part)['type'])));
    if (hasSelect && parts.length > 1) {
      form.add(
        path,
        'COMPONENT_LAYOUT_WIDTH_EXCEEDED',
        'The specified component exceeds the maximum width',
      );
    }
    const rowId = nextId++;
    const components = parts.map((part, column) => {
      readPart(form, [...path, 'components', column], record(part), ids);
      return { id: nextId++, ...record(part) };
    });
    return { type: ROW, id: rowId, components };
  });
}

function readPart(form: FormErrors, path: Path, part: Json, ids: Set<string>): void {
  const type = Number(part['type']);
  if (type === BUTTON) readButton(form, path, part);
  else if (SELECTS.includes(type)) readSelect(form, path, part);
  else choiceError(form, [...path, 'type'], [BUTTON, ...SELECTS]);
  const id = part['custom_id'];
  if (typeof id !== 'string') return;
  if (ids.has(id)) {
    form.add(
      [...path, 'custom_id'],
      'COMPONENT_CUSTOM_ID_DUPLICATED',
      'Component custom id cannot be duplicated',
    );
  }
  ids.add(id);
}

function readButton(form: FormErrors, path: Path, button: Json): void {
  const style = Number(button['style']);
  if (![1, 2, 3, 4, LINK_STYLE, PREMIUM_STYLE].includes(style)) {
    choiceError(form, [...path, 'style'], [1, 2, 3, 4, LINK_STYLE, PREMIUM_STYLE]);
  }
  const label = textField(form, [...path, 'label'], button['label'], { max: 80 });
  if (label === undefined && button['emoji'] === undefined && style !== PREMIUM_STYLE) {
    form.add(path, 'BUTTON_COMPONENT_INVALID_LABEL', 'A button must have a label or emoji');
  }
  if (style === LINK_STYLE) {
    textField(form, [...path, 'url'], button['url'], { max: 512, required: true });
    if (button['custom_id'] !== undefined) {
      form.add(
        path,
        'BUTTON_COMPONENT_CUSTOM_ID_AND_URL',
        'A custom id and url cannot both be specified',
      );
    }
  } else if (style !== PREMIUM_STYLE) {
    customId(form, path, button);
  }
}

function customId(form: FormErrors, path: Path, part: Json): void {
  const id = textField(form, [...path, 'custom_id'], part['custom_id'], { max: 100 });
  if (id === undefined) {
    form.add(
      [...path, 'custom_id'],
      'BUTTON_COMPONENT_CUSTOM_ID_REQUIRED',
      'A custom id is required',
    );
  }
}

function readSelect(form: FormErrors, path: Path, select: Json): void {
  customId(form, path, select);
  textField(form, [...path, 'placeholder'], select['placeholder'], { max: 150 });
  if (select['type'] !== 3) return;
  const options = listField(form, [...path, 'options'], select['options'], { min: 1, max: 25 });
  options.forEach((one, index) => {
    const option = record(one);
    const at = [...path, 'options', index];
    textField(form, [...at, 'label'], option['label'], { max: 100, required: true });
    textField(form, [...at, 'value'], option['value'], { max: 100, required: true });
    textField(form, [...at, 'description'], option['description'], { max: 100 });
  });
}

/** Buttons a person can press, row by row. */
export function buttonsOf(components: readonly unknown[]): { label: string; customId: string }[] {
  return components
    .flatMap((row) => list(record(row)['components']))
    .map(record)
    .flatMap((part) =>
      part['type'] === BUTTON && typeof part['custom_id'] === 'string'
        ? [{ label: String(part['label'] ?? ''), customId: part['custom_id'] }]
        : [],
    );
}

export function isDisabled(components: readonly unknown[], customId: string): boolean {
  return components
    .flatMap((row) => list(record(row)['components']))
    .map(record)
    .some((part) => part['custom_id'] === customId && part['disabled'] === true);
}
