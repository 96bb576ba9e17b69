// Keys that work everywhere.

import { find } from '../dom.js';

const typing = (element) => element.matches?.('input, textarea, select, [contenteditable]');

export function mountShortcuts(store, actions) {
  addEventListener('keydown', (event) => {
    if (store.state.phase !== 'signed_in' || event.isComposing || event.defaultPrevented) return;
    const { key, ctrlKey, metaKey, altKey } = event;
    if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === 'k') {
      event.preventDefault();
      if (store.state.dialog?.name === 'switcher') actions.closeDialog();
      else actions.openDialog('switcher');
      return;
    }
    if ((ctrlKey || metaKey) && event.shiftKey && !altKey && key.toLowerCase() === 'f') {
      event.preventDefault();
      actions.closeDialog();
      actions.go('/search');
      return;
    }
    if (store.state.dialog || document.querySelector('.offcanvas-backdrop')) return;
    if (altKey && !ctrlKey && (key === 'ArrowUp' || key === 'ArrowDown')) {
      event.preventDefault();
      actions.goBeside(key === 'ArrowDown' ? 1 : -1);
    } else if (key === '?' && !typing(event.target)) {
      event.preventDefault();
      actions.openDialog('shortcuts');
    } else if (startsText(event)) {
      find('#composer-text').focus(); // the letter itself follows the focus
    }
  });
}

/** Someone begins to write without having gone to the field first. Letters mean something on rows and buttons. */
function startsText({ key, ctrlKey, metaKey, altKey, target }) {
  if (ctrlKey || metaKey || altKey || key.length !== 1 || key === ' ') return false;
  if (find('#pane-conversation').hidden) return false;
  return target === document.body || target.id === 'main' || target.id === 'timeline';
}
