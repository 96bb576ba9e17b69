// Opens the dialogs that the state names, one over the other, and closes all others. The browser's own <dialog> keeps
// the focus inside and gives it back; Escape, the backdrop and the close buttons all end in one action.

import { find, on, setText } from '../dom.js';
import { t } from '../i18n.js';
import { openDialogs } from '../state/select.js';

/** On the backdrop, which counts as the dialog itself. */
function isBeside({ clientX, clientY }, dialog) {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}

export function mountDialogs(store, actions) {
  const dialogs = [...document.querySelectorAll('dialog')];
  let open = []; // the uppermost first: closed in this order, each gives the focus back to where it was opened

  for (const dialog of dialogs) {
    dialog.addEventListener('close', () => {
      if (`dialog-${store.state.dialog?.name}` === dialog.id) actions.closeDialog();
    });
    dialog.addEventListener('mousedown', (event) => {
      if (event.target === dialog && isBeside(event, dialog)) dialog.close();
    });
    on(dialog, 'click', '[data-close]', () => dialog.close());
  }

  store.watch(({ dialog }) => [dialog], (state) => {
    const wanted = openDialogs(state).map(({ name }) => `dialog-${name}`);
    for (const dialog of open) if (!wanted.includes(dialog.id)) dialog.close();
    open = open.filter((dialog) => dialog.open);
    for (const id of wanted.reverse()) {
      const dialog = find(`#${id}`);
      if (dialog.open) continue;
      dialog.showModal();
      open.unshift(dialog);
    }
  });

  store.watch(({ dialog, locale }) => [dialog, locale], ({ dialog }) => {
    if (dialog?.name !== 'confirm') return;
    setText(find('#confirm-title'), t(dialog.title, dialog.params));
    setText(find('#confirm-body'), t(dialog.body, dialog.params));
    const yes = find('#confirm-yes');
    setText(yes, t(dialog.yes));
    yes.className = dialog.mild ? 'btn btn-primary' : 'btn btn-danger';
  });
  find('#confirm-yes').addEventListener('click', () => {
    const [action, ...given] = store.state.dialog.then;
    actions.closeDialog();
    actions[action](...given);
  });
}
