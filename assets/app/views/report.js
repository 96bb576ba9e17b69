// Reporting a message to who runs the server: why, in a few words or none. Comes when somebody first reports one.

import { find, make } from '../dom.js';
import { dialogNamed } from '../state/select.js';
import { dialogHead, field, fill, formError, said } from './admin/make.js';
import { onSubmit, showFormError } from './forms.js';

const LONGEST = 500;

export function mountReport(store, actions, app) {
  const reason = make('textarea', { name: 'reason', class: 'form-control', rows: 3, maxlength: LONGEST });
  const form = make('form', { novalidate: true }, formError(), said('p', 'report.lead'), field('report.reason', reason),
    make('div', { class: 'dialog-actions' }, said('button', 'report.report', { type: 'submit', class: 'btn btn-danger' })));
  fill(find('#dialog-report'), dialogHead('report-title', 'report.report'), form);

  const message_id = () => dialogNamed(store.state, 'report')?.message_id;
  onSubmit(form, (values) =>
    app.attempt('report', async () => {
      await app.api.post(`/api/messages/${message_id()}/report`, { reason: values.reason.trim() });
      actions.closeDialog();
      store.dispatch({ type: 'notice', notice: { kind: 'info', key: 'report.done' } });
    }));
  store.watch(() => [message_id()], () => message_id() && form.reset());
  store.watch(({ form_error, locale }) => [form_error, locale], ({ form_error }) => showFormError(form, 'report', form_error));
}
