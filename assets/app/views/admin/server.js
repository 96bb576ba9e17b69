// What the server is called, who may join, and how much may be kept. What an option of the command line holds fast is shown
// and cannot be changed here.

import { find, make, setText } from '../../dom.js';
import { t } from '../../i18n.js';
import { onSubmit, showFormError } from '../forms.js';
import { field, fill, formError, said } from './make.js';

const MODES = ['open', 'invite', 'closed'];
const MB = 1024 * 1024;

const number = (name) => make('input', { name, type: 'number', min: 1, step: 1, required: true, inputmode: 'numeric', class: 'form-control' });

const nameField = () => field('admin.name', make('input', { name: 'name', class: 'form-control', maxlength: 60, required: true, autocomplete: 'off' }));

const modeField = () =>
  make('fieldset', { class: 'admin-modes' }, said('legend', 'admin.registration', { class: 'form-label' }),
    ...MODES.map((value) => make('label', { class: 'form-check' },
      make('input', { type: 'radio', name: 'registration', value, class: 'form-check-input' }),
      make('span', { class: 'form-check-label' }, said('strong', `admin.${value}`), said('small', `admin.${value}_hint`)))));

/** Fills in what the server says, once each time it says it. */
function show(form, settings) {
  for (const input of form.elements) {
    if (!(input.name in settings)) continue;
    if (input.type === 'radio') input.checked = input.value === settings[input.name];
    else input.value = input.type === 'number' ? Math.round(settings[input.name] / MB) : settings[input.name];
    input.disabled = settings.fixed.includes(input.name);
  }
  const held = find('.admin-fixed', form);
  held.hidden = !settings.fixed.length;
  setText(held, t('admin.fixed'));
}

/** Only what was changed, so that what two administrators change at once does not undo each other. */
function changes(form, settings) {
  const changed = {};
  for (const input of form.elements) {
    if (!(input.name in settings) || input.disabled || (input.type === 'radio' && !input.checked)) continue;
    if (input.type !== 'number') {
      if (input.value !== settings[input.name]) changed[input.name] = input.value;
    } else if (Number(input.value) !== Math.round(settings[input.name] / MB)) changed[input.name] = Number(input.value) * MB;
  }
  return changed;
}

function serverForm(section, store, actions, fields) {
  const form = make('form', { class: 'admin-form', novalidate: true }, formError(), ...fields,
    make('p', { class: 'admin-fixed text-secondary', hidden: true }),
    said('button', 'action.save', { type: 'submit', class: 'btn btn-primary' }));
  section.append(form);
  onSubmit(form, () => store.state.admin.server && actions.changeServer(changes(form, store.state.admin.server)));
  store.watch(({ admin }) => [admin.server], ({ admin }) => admin.server && show(form, admin.server));
  store.watch(({ form_error, locale }) => [form_error, locale], ({ form_error }) => showFormError(form, 'server', form_error));
}

export function mountServer(section, store, actions) {
  serverForm(section, store, actions, [
    nameField(), modeField(),
    make('div', { class: 'field-pair' }, field('admin.max_upload', number('max_upload')),
      field('admin.person_quota', number('person_quota')), field('admin.storage_quota', number('storage_quota'))),
  ]);
  fill(section);
}

/** The first steps of who has just made the first account. */
export function mountStart(section, store, actions, invitationForm) {
  const step = (key, ...parts) => make('li', {}, said('h2', key), ...parts);
  const first = make('div');
  const second = make('div');
  serverForm(first, store, actions, [nameField(), modeField()]);
  fill(section, said('p', 'admin.start_lead', { class: 'text-secondary' }), make('ol', { class: 'admin-steps' },
    step('admin.start_name', first), step('admin.start_invite', second),
    step('admin.start_rooms', said('p', 'admin.start_rooms_lead'), make('p', {},
      said('a', 'create.title', { class: 'btn btn-outline-primary', href: '/create_room' }), ' ',
      said('a', 'admin.start_go', { class: 'btn btn-outline-secondary', href: '/rooms/general' })))));
  invitationForm(second, store, actions);
}
