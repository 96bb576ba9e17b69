// Keys that work everywhere, and the sheet that lists all keys. Both are drawn from these tables.

import { find } from '../dom.js';
import { t } from '../i18n.js';

const typing = (element) => element.matches?.('input, textarea, select, [contenteditable]');

/** @type {{keys: string, says: string}[]} */
const SHEET = [
  { keys: 'Ctrl K', says: 'shortcuts.switch' },
  { keys: 'Ctrl Shift F', says: 'search.title' },
  { keys: 'Alt ↑ / Alt ↓', says: 'shortcuts.beside' },
  { keys: '?', says: 'shortcuts.title' },
  { keys: 'Enter', says: 'shortcuts.send' },
  { keys: 'Shift Enter', says: 'shortcuts.newline' },
  { keys: '@', says: 'shortcuts.mention' },
  { keys: ':', says: 'shortcuts.emoji' },
  { keys: '↑', says: 'shortcuts.edit_last' },
  { keys: 'Esc', says: 'shortcuts.cancel' },
  { keys: '↑ / ↓', says: 'shortcuts.walk' },
  { keys: 'E', says: 'action.edit' },
  { keys: 'C', says: 'copy.text' },
  { keys: 'L', says: 'copy.link' },
  { keys: 'H', says: 'like.like' },
  { keys: 'A', says: 'reply.reply' },
  { keys: 'R', says: 'reaction.choose' },
  { keys: 'I', says: 'pins.key' },
  { keys: 'V', says: 'versions.title' },
  { keys: 'P', says: 'person.open' },
  { keys: 'Delete', says: 'action.delete' },
];

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

  store.watch(({ locale }) => [locale], () => {
    const rows = SHEET.flatMap(({ keys, says }) => {
      const term = document.createElement('dt');
      const mac = /Mac|iPhone|iPad/.test(navigator.platform);
      const shown = mac ? keys.replace('Ctrl', '⌘').replaceAll('Alt', '⌥') : keys;
      for (const key of shown.split(' ')) {
        if (key === '/') {
          term.append(' / ');
          continue;
        }
        const cap = document.createElement('kbd');
        cap.textContent = key;
        term.append(cap);
      }
      const meaning = document.createElement('dd');
      meaning.textContent = t(says);
      return [term, meaning];
    });
    find('#shortcuts-list').replaceChildren(...rows);
  });
}

/** Someone begins to write without having gone to the field first. Letters mean something on rows and buttons. */
function startsText({ key, ctrlKey, metaKey, altKey, target }) {
  if (ctrlKey || metaKey || altKey || key.length !== 1 || key === ' ') return false;
  if (find('#pane-conversation').hidden) return false;
  return target === document.body || target.id === 'main' || target.id === 'timeline';
}
