// The page of what happened. An entry leads where it belongs, and is read by that.

import { clone, drawList, find, icon, on, setAttribute, setText } from '../dom.js';
import { count, momentOf, shortMomentOf, t } from '../i18n.js';
import { avatarOf, displayName, pathOf, serverName } from '../state/select.js';
import { drawAvatar } from './person.js';

const invitation = (state, { invite_id }) => {
  const invite = state.invites[invite_id];
  return invite && !invite.outcome ? invite : null;
};
const place = (state, chat_id) => (state.conversations[chat_id] ? pathOf(state.conversations[chat_id]) : null);

/** By `action`: the words, who is behind it, and where it leads; null where there is nowhere to go. */
const KINDS = {
  game_invite: { says: () => 'notifications.game_invite', to: (state, data) => `/friends?person=${encodeURIComponent(data.username)}` },
  new_tournament: { says: () => 'notifications.new_tournament', to: (state, data) => `/tournaments/${data.tournament_id}` },
  friend_request: { says: () => 'notifications.friend_request', to: () => '/friends' },
  new_friend: { says: () => 'notifications.new_friend', to: () => '/friends' },
  direct_message: { says: () => 'notifications.direct_message', to: (state, data) => `/private/${encodeURIComponent(data.username)}` },
  mention: { says: () => 'notifications.mention', to: (state, data) => place(state, data.chat_id) },
  report: { says: ({ room }) => (room ? 'notifications.report' : 'notifications.report_private'), to: () => '/admin/reports' },
  notification: { says: () => null, to: () => null },
};

function drawEntry(state, notification, had) {
  const { action, data, date, is_read } = notification;
  const { says, to } = KINDS[action] ?? KINDS.notification;
  const path = to(state, data);
  const item = had ?? clone('notification');
  const link = find('.entry', item);
  setAttribute(link, 'href', path ?? '/notifications');
  const username = data.username ?? data.organizer;
  const name = username ? displayName(state, username) : serverName(state);
  const sign = find('.avatar', item);
  if (username) drawAvatar(sign, name, state.users[username]?.id ?? data.user_id ?? username, avatarOf(state, username));
  else if (!find('svg', sign)) sign.replaceChildren(icon('bell'));
  const key = says(data);
  setText(find('.entry-text', item), key ? t(key, { name, tournament: data.tournament_name ?? '', room: data.room ?? '', sender: displayName(state, data.sender ?? '') }) : data.message ?? action);
  const time = find('time', item);
  setAttribute(time, 'datetime', date);
  setAttribute(time, 'title', momentOf(date));
  setText(time, shortMomentOf(date));
  link.classList.toggle('unread', !is_read);
  setText(find('.entry-unread', item), is_read ? '' : t('notifications.unread_mark'));
  return item;
}

export function mountNotifications(store, actions) {
  const list = find('#notifications');

  store.watch(
    ({ notifications, users, conversations, view, locale }) => [notifications, users, conversations, view.name, locale],
    (state) => {
      if (state.view.name !== 'notifications') return;
      const { list: entries, at_end, unread: counted } = state.notifications;
      // the bell leaves out what the list of conversations counts
      const unread = counted + (entries ?? []).filter(({ action, is_read }) => action === 'direct_message' && !is_read).length;
      actions.learnNames((entries ?? []).flatMap(({ data }) => [data.username, data.organizer, data.sender]));
      find('#read-all').disabled = unread === 0;
      setText(find('#notifications-unread'), unread ? count('notifications.unread', unread) : t('notifications.all_read'));
      find('#notifications-empty').hidden = !entries || entries.length > 0;
      find('#notifications-head').hidden = !entries?.length;
      find('#notifications-older').hidden = !entries || at_end;
      drawList(list, entries ?? [], ({ id }) => id, (entry, had) => drawEntry(state, entry, had));
    });

  on(list, 'click', '.entry', (event, link) => {
    const { list: entries } = store.state.notifications;
    const entry = entries.find(({ id }) => id === link.closest('li').dataset.key);
    actions.readNotification(entry.id);
    const invite = entry.action === 'game_invite' && invitation(store.state, entry.data);
    const stays = invite || !(KINDS[entry.action] ?? KINDS.notification).to(store.state, entry.data);
    if (stays) event.preventDefault(); // and so the router leaves it alone
    if (!invite) return;
    actions.hideInvite(invite.invite_id, false); // it may have been put aside
    queueMicrotask(() => find(`[data-key="invite:${invite.invite_id}"] button`)?.focus());
  });
}
