// Programs that are people here: the list of them, and the dialog of one, with its tokens.

import { drawList, find, make, setText } from '../../dom.js';
import { count, shortMomentOf, t } from '../../i18n.js';
import { dialogNamed } from '../../state/select.js';
import { onSubmit, showFormError } from '../forms.js';
import { secretBox } from '../secret.js';
import { button, dialogHead, field, fill, formError, listOf, onRows, row, said, sayRow } from './make.js';

const SCOPES = ['read', 'write', 'rooms', 'games'];

const input = (name, length) =>
  make('input', { name, class: 'form-control', maxlength: length, autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false' });

export function mountBots(section, store, actions) {
  const { list, show, parts } = listOf('bots.none');
  const form = make('form', { class: 'admin-form', novalidate: true }, formError(),
    make('div', { class: 'field-pair' }, field('auth.username', input('username', 32)), field('bots.shown', input('display_name', 64))),
    said('button', 'bots.make', { type: 'submit', class: 'btn btn-primary' }));
  fill(section, said('p', 'bots.lead', { class: 'text-secondary' }), form, ...parts);
  onSubmit(form, async ({ username, display_name }) => {
    if (await actions.makeBot({ username: username.trim(), display_name: display_name.trim() || null })) form.reset();
  });
  onRows(list, {
    open: (username) => actions.openBot(username),
    delete: (name) => actions.openDialog('confirm', {
      title: 'bots.delete_title', body: 'admin.delete_body', yes: 'bots.delete', params: { name }, then: ['deleteBot', name],
    }),
  });
  store.watch(({ admin, locale }) => [admin.bots, locale], ({ admin: { bots } }) => {
    show(bots && { list: bots, at_end: true });
    drawList(list, bots ?? [], ({ username }) => username, (bot, had) => {
      const item = had ?? row(button('bots.tokens', 'outline-primary', { 'data-admin': 'open' }),
        button('bots.delete', 'outline-danger', { 'data-admin': 'delete' }));
      const { username, display_name, is_online, is_disabled, tokens } = bot;
      const small = [`@${username}`, count('bots.token_count', tokens.length), t(is_online ? 'presence.online' : 'presence.offline')];
      sayRow(item, { name: display_name, badge: is_disabled ? t('admin.disabled') : t('bot.badge'), small: small.join(' · ') });
      return item;
    });
  });
  store.watch(({ form_error, locale }) => [form_error, locale], ({ form_error }) => showFormError(form, 'bot', form_error));
}

/** The dialog of one bot. */
export function mountBot(store, actions) {
  const dialog = find('#dialog-bot');
  const secret = secretBox('bots.secret');
  const { list, empty, show } = listOf('bots.no_tokens');
  const checks = SCOPES.map((scope) => make('label', { class: 'form-check' },
    make('input', { type: 'checkbox', name: scope, class: 'form-check-input', checked: scope === 'read' || scope === 'write' }),
    said('span', `bots.scope_${scope}`, { class: 'form-check-label' })));
  const form = make('form', { novalidate: true }, formError(), field('bots.purpose', input('name', 64), 'bots.purpose_hint'),
    make('fieldset', { class: 'field' }, said('legend', 'bots.scopes', { class: 'form-label' }), ...checks, input('scopes', 1), make('p', { class: 'field-error' })),
    make('div', { class: 'dialog-actions' }, said('button', 'bots.make_token', { type: 'submit', class: 'btn btn-primary' })));
  form.elements.scopes.hidden = true; // carries what is wrong with all of them together
  fill(dialog, dialogHead('bot-title'), list, empty, secret.element, form);
  const shown = () => dialogNamed(store.state, 'bot');
  onSubmit(form, async (values) => {
    const scopes = SCOPES.filter((scope) => values[scope]);
    const made = await actions.makeBotToken(shown().username, { name: values.name.trim(), scopes });
    if (!made) return;
    form.reset();
    secret.show(made.token);
  });
  onRows(list, { revoke: (id) => actions.revokeBotToken(shown().username, id) });

  store.watch((state) => [dialogNamed(state, 'bot')], () => {
    form.reset();
    secret.show(null);
  });
  store.watch((state) => [dialogNamed(state, 'bot'), state.admin.bots, state.locale], (state) => {
    const bot = shown() && state.admin.bots?.find(({ username }) => username === shown().username);
    if (!bot) return;
    setText(find('#bot-title'), bot.display_name);
    show({ list: bot.tokens, at_end: true });
    drawList(list, bot.tokens, ({ id }) => id, ({ name, scopes, last_used_at }, had) => {
      const item = had ?? row(button('bots.revoke', 'outline-danger', { 'data-admin': 'revoke' }));
      const used = last_used_at ? t('bots.used', { moment: shortMomentOf(last_used_at) }) : t('bots.unused');
      sayRow(item, { name, small: [scopes.map((scope) => t(`bots.word_${scope}`)).join(', '), used].join(' · ') });
      return item;
    });
  });
  store.watch(({ form_error, locale }) => [form_error, locale], ({ form_error }) => showFormError(form, 'bot_token', form_error));
}
