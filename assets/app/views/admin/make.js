// The few forms that all of the administration is built of.

import { make, on, setAttribute, setText } from '../../dom.js';
import { t, translate } from '../../i18n.js';

/** An element whose words are of the language. */
export const said = (tag, key, attributes = {}) => make(tag, { 'data-i18n': key, ...attributes });

export const button = (key, kind, attributes = {}) =>
  said('button', key, { type: 'button', class: `btn btn-${kind}`, ...attributes });

let fields = 0; // the same form may stand in two places

/** A field with its label, and room for what is wrong with it. `input` has a name. */
export function field(key, input, hint = null) {
  input.id = `admin-${(fields += 1)}`;
  return make('div', { class: 'field' },
    said('label', key, { class: 'form-label', for: input.id }), input,
    hint && said('p', hint, { class: 'form-text' }), make('p', { class: 'field-error' }));
}

export const formError = () => make('p', { class: 'form-error alert alert-danger', role: 'alert', hidden: true });

/** What is chosen from: `[value, key]` each. */
export const choice = (name, options) =>
  make('select', { name, class: 'form-select' }, ...options.map(([value, key]) => said('option', key, { value })));

export function dialogHead(id, key = null) {
  const title = key ? said('h2', key, { id }) : make('h2', { id });
  return make('div', { class: 'dialog-head' }, title,
    said('button', 'action.close', { type: 'button', class: 'btn btn-link', 'data-close': true }));
}

/** Puts the parts into their place, in the language that is spoken. */
export function fill(root, ...parts) {
  root.append(...parts);
  translate(root);
}

/** A row of a list: what it is, what is to be said of it, what can be done with it. */
export function row(...buttons) {
  const item = make('li', { class: 'admin-row' },
    make('div', { class: 'admin-what' }, make('strong'), make('span', { class: 'state-badge', hidden: true }), make('small')),
    make('div', { class: 'admin-acts' }, ...buttons));
  translate(item);
  return item;
}

/** @param {{name: string, badge?: ?string, small: string}} words */
export function sayRow(item, { name, badge = null, small }) {
  setText(item.querySelector('strong'), name);
  const mark = item.querySelector('.state-badge');
  mark.hidden = !badge;
  setText(mark, badge ?? '');
  setText(item.querySelector('small'), small);
  for (const one of item.querySelectorAll('.admin-acts [data-i18n]')) {
    setText(one, t(one.dataset.i18n));
    setAttribute(one, 'aria-label', `${one.textContent} ${name}`);
  }
}

/** A list that says when it is empty, and that there is more of it. */
export function listOf(emptyKey) {
  const list = make('ul', { class: 'page-list' });
  const empty = said('p', emptyKey, { class: 'text-secondary', hidden: true });
  const more = button('admin.more', 'outline-secondary', { hidden: true });
  return {
    list, empty, more, parts: [list, empty, more],
    /** @param {?{list: Object[], at_end: boolean}} page */
    show(page) {
      empty.hidden = !page?.list || page.list.length > 0;
      more.hidden = !page?.list || page.at_end;
    },
  };
}

/** A field that narrows a list shortly after the last key. */
export function filter(key, narrow) {
  const input = make('input', {
    type: 'search', class: 'form-control', autocomplete: 'off', spellcheck: 'false', 'data-i18n-attr': `placeholder:${key};aria-label:${key}`,
  });
  let timer = null;
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => narrow(input.value.trim()), 150);
  });
  return make('div', { class: 'filter' }, input);
}

/** What buttons marked `data-admin` do, each with the key of its row. */
export const onRows = (list, doings) =>
  on(list, 'click', '[data-admin]', (_, pressed) => doings[pressed.dataset.admin](pressed.closest('li').dataset.key));

/** Facts as a list of terms. @param {[string, string][]} facts key and value */
export const facts = (list) =>
  list.map(([key, value]) => make('div', {}, make('dt', {}, t(key)), make('dd', {}, value)));
