// Tells of a message that came while its reader looked elsewhere: by a notification of the system that leads to it, by
// a sound. One tab of several does so, and none while one of them has the conversation in sight.

import { t } from './i18n.js';
import { isQuiet } from './models/quiet.js';
import { isLookedAt, lookAt, mayTell } from './net/tabs.js';
import { displayName, pathOf } from './state/select.js';
import { isWorthTelling } from './state/worth.js';
import { excerpt } from './views/quote.js';

export function startTelling({ store, socket, actions }) {
  const shown = new Map(); // the notification of each conversation

  async function show(message) {
    const { state } = store;
    const { chat_id, sender, seq } = message;
    const conversation = state.conversations[chat_id];
    const name = displayName(state, sender);
    const title = conversation.kind === 'room' ? t('telling.in_room', { name, room: conversation.name }) : name;
    const options = { body: excerpt(message), tag: chat_id, renotify: true, silent: true }; // the sound is a choice of its own
    if (await actions.showByWorker(title, message, options)) return;
    let notification;
    try {
      notification = new Notification(title, options);
    } catch {
      return; // some phones have them for service workers alone
    }
    notification.onclick = () => {
      focus();
      actions.closeAllDialogs();
      actions.go(`${pathOf(conversation)}?at=${seq}`);
      notification.close();
    };
    shown.set(chat_id, notification);
  }

  async function tell(message) {
    const { telling, permission } = store.state;
    const desktop = telling.desktop && permission === 'granted';
    if (!desktop && !telling.sound) return;
    if (!isWorthTelling(store.state, message) || isQuiet(telling, Date.now()) || isLookedAt(message.chat_id)) return;
    if (!(await mayTell(message.id))) return;
    if (desktop) show(message);
    if (telling.sound) actions.chime();
  }

  socket.addEventListener('frame', ({ detail: { action, data } }) => action === 'new_message' && tell(data));

  store.watch(({ focused, view }) => [focused, view.chat_id], ({ focused, view }) => lookAt(focused ? view.chat_id : null));
  addEventListener('pagehide', () => lookAt(null));

  store.watch(({ conversations }) => [conversations], ({ conversations }) => {
    for (const [chat_id, notification] of shown) {
      if (conversations[chat_id]?.unread_count) continue;
      notification.close();
      shown.delete(chat_id);
    }
  });
}
