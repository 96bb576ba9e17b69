// All that is pinned in a conversation, each a link to its place.

import { clone, drawList, find, on, setAttribute, setServerHtml, setText } from '../dom.js';
import { momentOf, shortMomentOf, t } from '../i18n.js';
import { avatarOf, dialogNamed, displayName, linkOf, mayPin } from '../state/select.js';
import { drawAvatar } from './person.js';
import { pinnedBy } from './pin_mark.js';
import { filesSaid } from './quote.js';

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
  setText(find('.pin-mark span', item), pinnedBy(state, message));
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
