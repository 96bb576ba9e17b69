// The sheet that lists all keys.

import { find } from '../dom.js';
import { t } from '../i18n.js';

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
  { keys: 'M', says: 'report.report' },
  { keys: 'Delete', says: 'action.delete' },
];

export function mountShortcutsSheet(store) {
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
