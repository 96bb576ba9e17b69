// A secret that is shown once: to be copied now, since nobody sees it again.

import { make, setText } from '../dom.js';
import { t, translate } from '../i18n.js';
import { copyText } from '../models/clipboard.js';

/** @returns {{element: HTMLElement, show: (secret: ?string) => void}} hidden until there is one */
export function secretBox(leadKey) {
  const value = make('input', { class: 'form-control secret-value', readonly: true, autocomplete: 'off', 'data-i18n-attr': `aria-label:${leadKey}` });
  const copy = make('button', { type: 'button', class: 'btn btn-primary', 'data-i18n': 'secret.copy' });
  const copied = make('p', { class: 'text-secondary', role: 'status' });
  const element = make('div', { class: 'secret', hidden: true },
    make('p', { 'data-i18n': leadKey }), make('div', { class: 'secret-line' }, value, copy), copied);
  translate(element);
  value.addEventListener('focus', () => value.select());
  copy.addEventListener('click', async () => setText(copied, t((await copyText(value.value)) ? 'secret.copied' : 'copy.failed')));
  return {
    element,
    show(secret) {
      element.hidden = !secret;
      value.value = secret ?? '';
      setText(copied, '');
      if (secret) value.focus();
    },
  };
}
