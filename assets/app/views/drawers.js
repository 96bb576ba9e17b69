// The columns that slide in where there is no room for them beside the conversation. Opened by `data-bs-toggle=offcanvas`,
// closed by `data-bs-dismiss`, Escape, a touch beside them, or because there is room again. Bootstrap has the looks.

import { find, on, setAttribute } from '../dom.js';

const STOPS = 'a[href], button:not(:disabled), input:not(:disabled), select, textarea, [tabindex="0"]';

let open = null; // the drawer, what lies behind it, and the button that has the focus afterwards

/** Slid in, a column is a dialog and needs a name; standing in the page it is not, and must have none. */
function actAsDialog(drawer, is) {
  setAttribute(drawer, 'role', is ? 'dialog' : null);
  setAttribute(drawer, 'aria-modal', is ? 'true' : null);
  setAttribute(drawer, 'aria-label', is ? find('.column', drawer).getAttribute('aria-label') : null);
}

function show(drawer, button) {
  hideDrawer();
  const backdrop = document.createElement('div');
  backdrop.className = 'offcanvas-backdrop fade';
  backdrop.addEventListener('click', hideDrawer);
  drawer.after(backdrop);
  open = { drawer, backdrop, button };
  actAsDialog(drawer, true);
  drawer.classList.remove('hiding');
  drawer.classList.add('show');
  backdrop.getBoundingClientRect(); // so that it begins unseen
  backdrop.classList.add('show');
  drawer.focus({ preventScroll: true });
}

export function hideDrawer() {
  if (!open) return;
  const { drawer, backdrop, button } = open;
  open = null;
  const focused = drawer.contains(document.activeElement);
  const gone = () => {
    backdrop.remove();
    if (open?.drawer === drawer) return;
    drawer.classList.remove('show', 'hiding');
    actAsDialog(drawer, false);
  };
  drawer.classList.add('hiding');
  backdrop.classList.remove('show');
  if (focused && button.checkVisibility()) button.focus({ preventScroll: true });
  const moving = drawer.getAnimations();
  if (moving.length) Promise.allSettled(moving.map(({ finished }) => finished)).then(gone);
  else gone();
}

/** The focus goes round in what is open. */
function goRound(event) {
  const stops = [...open.drawer.querySelectorAll(STOPS)].filter((stop) => stop.checkVisibility());
  const at = stops.indexOf(document.activeElement);
  const leaves = event.shiftKey ? at <= 0 : at === stops.length - 1;
  if (!leaves) return;
  event.preventDefault();
  stops.at(event.shiftKey ? -1 : 0)?.focus();
}

export function mountDrawers() {
  on(document, 'click', '[data-bs-toggle=offcanvas]', (_, button) => show(find(button.dataset.bsTarget), button));
  on(document, 'click', '[data-bs-dismiss=offcanvas]', hideDrawer);
  document.addEventListener('keydown', (event) => {
    if (!open?.drawer.contains(event.target) || event.defaultPrevented) return;
    if (event.key === 'Escape') hideDrawer();
    else if (event.key === 'Tab') goRound(event);
  });
  addEventListener('resize', () => open && getComputedStyle(open.drawer).position !== 'fixed' && hideDrawer());
}
