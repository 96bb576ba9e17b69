// What all forms share: they are busy while they are sent, and say beside each field what is wrong with it.

import { find, formValues, setAttribute, setText } from '../dom.js';
import { errorText, has, t } from '../i18n.js';

/** Sends the form's values with `submit`; twice is not possible while the first is on its way. */
export function onSubmit(form, submit) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = find('[type=submit]', form);
    if (button?.disabled) return;
    if (button) button.disabled = true;
    try {
      await submit(formValues(form));
    } finally {
      if (button) button.disabled = false;
    }
  });
}

/** @param {?{form: string, code: string, message: string, fields?: Object<string, string>}} error */
export function showFormError(form, name, error) {
  const mine = error?.form === name ? error : null;
  const fields = mine?.fields ?? {};
  // What a refusal means in this form, where that says more than the field's rules: a name is right, but taken.
  const special = mine && has(`error.${name}.${mine.code}`) ? t(`error.${name}.${mine.code}`) : null;
  let placed = false;
  for (const field of form.querySelectorAll('.field')) {
    const input = find('input, textarea, select', field);
    const says = find('.field-error', field);
    const wrong = fields[input.name];
    const rule = [`field.${name}.${input.name}`, `field.${input.name}`].find(has);
    const text = wrong && (special ?? (rule ? t(rule) : wrong));
    says.id ||= `error-${name}-${input.name}`;
    setText(says, text ?? '');
    input.classList.toggle('is-invalid', Boolean(text));
    setAttribute(input, 'aria-invalid', text ? 'true' : null);
    setAttribute(input, 'aria-describedby', text ? says.id : null);
    if (text && !placed) {
      placed = true;
      input.focus();
    }
  }
  const general = find('.form-error', form);
  general.hidden = !mine || placed;
  setText(general, general.hidden ? '' : special ?? errorText(mine));
}
