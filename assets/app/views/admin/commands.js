// Commands that programs answer: the list of them, and what a new one is made of.

import { drawList, make } from '../../dom.js';
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
  const form = make('form', { class: 'admin-form', novalidate: true }, formError(),
    make('div', { class: 'field-pair' }, field('commands.name', input('name', 32, plain), 'commands.name_hint'),
      field('commands.hint', input('hint', 60, plain), 'commands.hint_hint')),
    field('commands.description', input('description', 100)),
    make('div', { class: 'field-pair' }, field('commands.bot', bot),
      field('commands.url', input('url', 1024, { type: 'url', ...plain }), 'commands.url_hint')),
    said('button', 'commands.make', { type: 'submit', class: 'btn btn-primary' }));
  const lacking = said('p', 'commands.no_bots', { hidden: true });
  fill(section, said('p', 'commands.lead', { class: 'text-secondary' }), lacking, form, secret.element, ...parts);

  onSubmit(form, async ({ name, description, hint, bot: username, url }) => {
    const trimmed = { name: name.trim().replace(/^\//, ''), description: description.trim(), hint: hint.trim(), url: url.trim() || null };
    const made = await actions.makeCommand({ ...trimmed, bot: username });
    if (!made) return;
    form.reset();
    secret.show(made.secret);
  });
  onRows(list, {
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
    drawList(list, commands ?? [], ({ name }) => name, (command, had) => {
      const item = had ?? row(button('commands.delete', 'outline-danger', { 'data-admin': 'delete' }));
      const by = t('admin.made_by', { name: command.created_by ?? t('admin.command_line'), moment: shortMomentOf(command.created_at) });
      const small = [command.description, `@${command.bot}`, command.url, by].filter(Boolean).join(' · ');
      sayRow(item, { name: `/${command.name} ${command.hint}`.trim(), small });
      return item;
    });
  });
  store.watch(({ form_error, locale }) => [form_error, locale], ({ form_error }) => showFormError(form, 'command', form_error));
}
