// Commands that programs answer: the list of them, and what one is made of, which can be edited.

import { drawList, make, setText } from '../../dom.js';
import { shortMomentOf, t } from '../../i18n.js';
import { onSubmit, showFormError } from '../forms.js';
import { secretBox } from '../secret.js';
import { button, choice, field, fill, formError, listOf, onRows, row, said, sayRow } from './make.js';

const input = (name, length, more = {}) => make('input', { name, class: 'form-control', maxlength: length, autocomplete: 'off', ...more });
const plain = { autocapitalize: 'none', spellcheck: 'false' };

export function mountCommands(section, store, actions) {
  const { list, show, parts } = listOf('commands.none');
  const secret = secretBox('commands.secret');
  const bot = choice('bot', []);
  const submit = said('button', 'commands.make', { type: 'submit', class: 'btn btn-primary' });
  const cancel = button('action.cancel', 'outline-secondary', { hidden: true });
  let edited = null; // the command that the form shows, where it makes no new one
  const form = make('form', { class: 'admin-form', novalidate: true }, formError(),
    make('div', { class: 'field-pair' }, field('commands.name', input('name', 32, plain), 'commands.name_hint'),
      field('commands.hint', input('hint', 60, plain), 'commands.hint_hint')),
    field('commands.description', input('description', 100)),
    make('div', { class: 'field-pair' }, field('commands.bot', bot),
      field('commands.url', input('url', 1024, { type: 'url', ...plain }), 'commands.url_hint')),
    make('div', { class: 'admin-acts' }, submit, cancel));
  const lacking = said('p', 'commands.no_bots', { hidden: true });
  fill(section, said('p', 'commands.lead', { class: 'text-secondary' }), lacking, form, secret.element, ...parts);

  const edit = (command) => {
    edited = command;
    form.reset();
    for (const key of ['name', 'hint', 'description', 'bot', 'url']) if (command) form.elements[key].value = command[key] ?? '';
    form.elements.name.readOnly = Boolean(command);
    submit.dataset.i18n = command ? 'action.save' : 'commands.make';
    setText(submit, t(submit.dataset.i18n));
    cancel.hidden = !command;
  };

  onSubmit(form, async ({ name, description, hint, bot: username, url }) => {
    const wanted = { description: description.trim(), hint: hint.trim(), bot: username };
    const address = url.trim();
    const written = edited
      ? await actions.editCommand(edited.name, address === (edited.url ?? '') ? wanted : { ...wanted, url: address })
      : await actions.makeCommand({ ...wanted, name: name.trim().replace(/^\//, ''), url: address || null });
    if (!written) return;
    edit(null);
    secret.show(written.secret);
  });
  cancel.addEventListener('click', () => {
    edit(null);
    form.elements.name.focus();
  });
  onRows(list, {
    edit: (name) => {
      edit(store.state.admin.commands.find((command) => command.name === name));
      form.elements.description.focus();
    },
    delete: (name) => actions.openDialog('confirm', {
      title: 'commands.delete_title', body: 'commands.delete_body', yes: 'commands.delete', params: { name }, then: ['deleteCommand', name],
    }),
  });

  store.watch(({ view }) => [view], () => secret.show(null));
  store.watch(({ admin }) => [admin.bots], ({ admin: { bots } }) => {
    form.hidden = !bots?.length;
    lacking.hidden = !bots || bots.length > 0;
    drawList(bot, bots ?? [], ({ username }) => username, ({ username, display_name }, had) =>
      had ?? make('option', { value: username }, `${display_name} (@${username})`));
  });
  store.watch(({ admin, locale }) => [admin.commands, locale], ({ admin: { commands } }) => {
    show(commands && { list: commands, at_end: true });
    if (edited && commands && !commands.some(({ name }) => name === edited.name)) edit(null);
    drawList(list, commands ?? [], ({ name }) => name, (command, had) => {
      const item = had ?? row(button('action.edit', 'outline-secondary', { 'data-admin': 'edit' }), button('commands.delete', 'outline-danger', { 'data-admin': 'delete' }));
      const by = t('admin.made_by', { name: command.created_by ?? t('admin.command_line'), moment: shortMomentOf(command.created_at) });
      const small = [command.description, `@${command.bot}`, command.url, by].filter(Boolean).join(' · ');
      sayRow(item, { name: `/${command.name} ${command.hint}`.trim(), small });
      return item;
    });
  });
  store.watch(({ form_error, locale }) => [form_error, locale], ({ form_error }) => showFormError(form, 'command', form_error));
}
