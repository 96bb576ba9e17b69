// The hooks of a room: addresses that programs elsewhere post to, and addresses that are told. For who runs the room.

import { drawList, find, make, setText } from '../dom.js';
import { shortMomentOf, t } from '../i18n.js';
import { dialogNamed } from '../state/select.js';
import { button, choice, dialogHead, field, fill, formError, listOf, onRows, row, said, sayRow } from './admin/make.js';
import { onSubmit, showFormError } from './forms.js';
import { secretBox } from './secret.js';

export function mountHooks(store, actions) {
  const dialog = find('#dialog-hooks');
  const { list, empty, show } = listOf('hooks.none');
  const address = secretBox('hooks.address');
  const secret = secretBox('hooks.secret');
  const kind = choice('kind', [['incoming', 'hooks.incoming'], ['outgoing', 'hooks.outgoing']]);
  const url = make('input', { name: 'url', type: 'url', class: 'form-control', maxlength: 1024, autocomplete: 'off', spellcheck: 'false' });
  const words = make('input', { name: 'words', class: 'form-control', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false' });
  const told = make('div', {}, field('hooks.url', url), field('hooks.words', words, 'hooks.words_hint'));
  const name = make('input', { name: 'name', class: 'form-control', maxlength: 64, autocomplete: 'off' });
  const form = make('form', { novalidate: true }, formError(), field('hooks.kind', kind), field('hooks.name', name, 'hooks.name_hint'), told,
    make('div', { class: 'dialog-actions' }, said('button', 'hooks.make', { type: 'submit', class: 'btn btn-primary' })));
  fill(dialog, dialogHead('hooks-title'), said('p', 'hooks.lead', { class: 'text-secondary' }), list, empty, address.element, secret.element, form);

  const shown = () => dialogNamed(store.state, 'hooks');
  const hooks = () => (store.state.admin.hooks?.chat_id === shown()?.chat_id ? store.state.admin.hooks?.list : null);
  const fit = () => { told.hidden = kind.value !== 'outgoing'; };
  kind.addEventListener('change', fit);
  /** The form as it is at first, beside the secrets of what was made just now. */
  function start(made = null) {
    form.reset();
    fit();
    address.show(made?.address);
    secret.show(made?.secret);
  }
  onSubmit(form, async (values) => {
    const outgoing = values.kind === 'outgoing';
    const made = await actions.makeHook(shown().chat_id, {
      kind: values.kind, name: values.name.trim(),
      ...(outgoing && { url: values.url.trim(), words: values.words.split(/[\s,]+/).filter(Boolean) }),
    });
    if (made) start(made);
  });
  onRows(list, {
    delete: (id) => actions.openDialog('confirm', {
      title: 'hooks.delete_title', body: 'hooks.delete_body', yes: 'hooks.delete',
      params: { name: hooks().find((hook) => hook.id === id).name }, then: ['deleteHook', shown().chat_id, id],
    }),
  });

  store.watch((state) => [dialogNamed(state, 'hooks')?.chat_id], () => {
    start();
    if (shown()) actions.loadHooks(shown().chat_id);
  });
  store.watch((state) => [dialogNamed(state, 'hooks'), state.admin.hooks, state.locale], (state) => {
    if (!shown()) return;
    const all = hooks();
    setText(find('#hooks-title'), t('hooks.title', { name: state.conversations[shown().chat_id].name }));
    show(all && { list: all, at_end: true });
    drawList(list, all ?? [], ({ id }) => id, (hook, had) => {
      const item = had ?? row(button('hooks.delete', 'outline-danger', { 'data-admin': 'delete' }));
      const used = hook.last_used_at ? t('bots.used', { moment: shortMomentOf(hook.last_used_at) }) : t('bots.unused');
      const by = t('admin.made_by', { name: hook.created_by, moment: shortMomentOf(hook.created_at) });
      const way = hook.kind === 'outgoing' ? [hook.url, hook.words.join(' ')] : [used];
      const failure = hook.failure && t('hooks.failure', { why: hook.failure });
      sayRow(item, { name: hook.name, badge: t(`hooks.word_${hook.kind}`), small: [`@${hook.bot}`, by, ...way, failure].filter(Boolean).join(' · ') });
      return item;
    });
  });
  store.watch(({ form_error, locale }) => [form_error, locale], ({ form_error }) => showFormError(form, 'hook', form_error));
}
