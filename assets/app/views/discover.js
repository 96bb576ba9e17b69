// The public rooms there are, joined or not.

import { clone, drawList, find, on, setText } from '../dom.js';
import { count, t } from '../i18n.js';

const WAIT_MS = 150;

export function mountDiscover(store, actions) {
  const list = find('#discover-list');
  const field = find('#discover-q');
  let timer = null;

  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => actions.discoverRooms(field.value.trim()), WAIT_MS);
  });

  store.watch(({ dialog }) => [dialog?.name], ({ dialog }) => {
    if (dialog?.name === 'discover') field.value = '';
  });

  store.watch(({ found, conversations, dialog, locale }) => [found.rooms, conversations, dialog?.name, locale],
    ({ found, conversations, dialog }) => {
      if (dialog?.name !== 'discover') return;
      const rooms = found.rooms ?? [];
      find('#discover-empty').hidden = found.rooms === null || rooms.length > 0;
      drawList(list, rooms, ({ id }) => id, (room, had) => {
        const item = had ?? clone('room');
        setText(find('strong', item), room.name);
        setText(find('.choose-topic', item), room.topic);
        const online = room.online_count ? ` · ${count('discover.online', room.online_count)}` : '';
        setText(find('.choose-people', item), count('members.count', room.member_count) + online);
        const button = find('button', item);
        setText(button, t(conversations[room.id] ? 'room.open' : 'room.join'));
        button.setAttribute('aria-label', `${button.textContent} ${room.name}`);
        return item;
      });
    });

  on(list, 'click', 'button', (_, button) => {
    const { id } = { id: button.closest('li').dataset.key };
    const { conversations, found } = store.state;
    if (conversations[id]) {
      actions.closeDialog();
      actions.go(`/rooms/${encodeURIComponent(conversations[id].name)}`);
    } else actions.joinRoom(found.rooms.find((room) => room.id === id));
  });
}
