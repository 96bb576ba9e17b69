// The menus under (or over) their button, `data-bs-toggle=dropdown`. The arrows lead from entry to entry; an entry that was
// chosen, Escape, and anything done elsewhere close it. Bootstrap has the looks.

import { on, setAttribute } from '../dom.js';

let open = null; // the menu and its button

const entries = (menu) => [...menu.querySelectorAll('.dropdown-item:not(:disabled)')].filter((entry) => entry.checkVisibility());

function close({ focus = false } = {}) {
  if (!open) return;
  const { menu, button } = open;
  open = null;
  if (focus || menu.contains(document.activeElement)) button.focus({ preventScroll: true });
  menu.classList.remove('show');
  setAttribute(button, 'aria-expanded', 'false');
}

function show(button) {
  close();
  const menu = button.parentElement.querySelector('.dropdown-menu');
  open = { menu, button };
  menu.dataset.bsPopper = 'static'; // placed by the stylesheet alone
  menu.classList.add('show');
  setAttribute(button, 'aria-expanded', 'true');
}

const KEYS = {
  ArrowDown: (all, at) => all[(at + 1) % all.length],
  ArrowUp: (all, at) => all.at(at < 0 ? -1 : at - 1),
  Home: (all) => all[0],
  End: (all) => all.at(-1),
};

export function mountMenus() {
  document.addEventListener('click', ({ target }) => {
    const button = target.closest('[data-bs-toggle=dropdown]');
    if (button && open?.button !== button) show(button);
    else if (button || !open?.menu.contains(target) || target.closest('.dropdown-item')) close({ focus: button !== null });
  });
  on(document, 'keydown', '[data-bs-toggle=dropdown], .dropdown-menu', (event, element) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Escape' && open) {
      close({ focus: true });
    } else if (KEYS[event.key] && (open || event.key.startsWith('Arrow'))) {
      if (!open) show(element);
      const all = entries(open.menu);
      KEYS[event.key](all, all.indexOf(document.activeElement))?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  document.addEventListener('focusin', ({ target }) => {
    if (open && target !== open.button && !open.menu.contains(target)) close();
  });
}
