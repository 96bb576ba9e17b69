// The mark on a message that is pinned, and the button that pins it.

import { clone, find, icon, setAttribute, setText } from '../dom.js';
import { t } from '../i18n.js';
import { displayName } from '../state/select.js';

const isPinned = (message) => Boolean(message?.pinned_at) && !message.is_deleted;

/** Who has pinned it. */
export const pinnedBy = (state, { pinned_by }) =>
  pinned_by === state.me.username ? t('pins.by_you') : t('pins.by', { name: displayName(state, pinned_by) });

/** What of a pin a row shows. */
export const pinSignature = (state, message) => (isPinned(message) ? pinnedBy(state, message) : '');

export function drawPin(element, state, message) {
  drawPinTool(element, message);
  const had = find('.pin-mark', element);
  if (!isPinned(message)) {
    had?.remove();
    return;
  }
  const mark = had ?? clone('pin-mark');
  if (!had) find('.attachments', element).after(mark);
  setText(find('span', mark), pinnedBy(state, message));
}

/** The button in the row's bar, if it has one: it pins, or takes down. */
export function drawPinTool(row, message) {
  const button = find('[data-tool=pin]', row);
  if (!button) return;
  const words = t(isPinned(message) ? 'pins.unpin' : 'pins.pin');
  setAttribute(button, 'aria-label', words);
  setAttribute(button, 'title', words);
  const sign = isPinned(message) ? 'pin-angle-fill' : 'pin-angle';
  if (button.dataset.icon === sign) return;
  button.dataset.icon = sign;
  find('svg', button).replaceWith(icon(sign));
}
