// What is pinned: a mark on the message itself, and the list of all of a conversation's, each a link to its place.

import { clone, drawList, find, icon, on, setAttribute, setServerHtml, setText } from '../dom.js';
import { momentOf, shortMomentOf, t } from '../i18n.js';
import { avatarOf, dialogNamed, displayName, linkOf, mayPin } from '../state/select.js';
import { drawAvatar } from './person.js';
import { filesSaid } from './quote.js';

const isPinned = (message) => Boolean(message?.pinned_at) && !message.is_deleted;

const by = (state, { pinned_by }) =>
  pinned_by === state.me.username ? t('pins.by_you') : t('pins.by', { name: displayName(state, pinned_by) });

/** What of a pin a row shows. */
export const pinSignature = (state, message) => (isPinned(message) ? by(state, message) : '');

export function drawPin(element, state, message) {
  drawPinTool(element, message);
  const had = find('.pin-mark', element);
  if (!isPinned(message)) {
    had?.remove();
    return;
  }
  const mark = had ?? clone('pin-mark');
  if (!had) find('.attachments', element).after(mark);
  setText(find('span', mark), by(state, message));
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

function drawEntry(state, message, had) {
  const item = had ?? clone('pinned');
  const name = displayName(state, message.sender);
  drawAvatar(find('.avatar', item), name, message.sender_id, avatarOf(state, message.sender));
  setText(find('strong', item), name);
  setAttribute(find('a', item), 'href', linkOf(state.conversations[message.chat_id], message.seq));
  const time = find('time', item);
  setAttribute(time, 'datetime', message.date);
  setAttribute(time, 'title', momentOf(message.date));
  setText(time, shortMomentOf(message.date));
  const body = find('.message-body', item);
  if (item.html !== message.html) setServerHtml(body, message.html);
  item.html = message.html;
  setText(find('.pinned-files', item), filesSaid(message));
  setText(find('.pin-mark span', item), by(state, message));
  setAttribute(find('.pin-mark', item), 'title', momentOf(message.pinned_at));
  const unpin = find('[data-unpin]', item);
  unpin.hidden = !mayPin(state, message);
  setAttribute(unpin, 'aria-label', t('pins.unpin_of', { name }));
  setAttribute(unpin, 'title', t('pins.unpin'));
  return item;
}

export function mountPins(store, actions) {
  const list = find('#pins-list');

  store.watch(
    (state) => [dialogNamed(state, 'pins'), state.found.pins, state.users, state.conversations, state.blocks, state.me, state.locale],
    (state) => {
      const { pins } = state.found;
      if (!state.conversations[dialogNamed(state, 'pins')?.chat_id]) return;
      find('#pins-empty').hidden = !pins || pins.length > 0;
      find('#pins-loading').hidden = pins !== null;
      drawList(list, pins ?? [], ({ id }) => id, (message, had) => drawEntry(state, message, had));
      list.hidden = !pins?.length;
    });

  on(list, 'click', '[data-unpin]', (_, button) => {
    const message = store.state.found.pins.find(({ id }) => id === button.closest('li').dataset.key);
    if (message) actions.unpin(message);
  });
}
