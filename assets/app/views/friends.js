// Friends, who asked and who was asked; and everyone there is, with a filter.

import { clone, drawList, find, on, setAttribute, setText } from '../dom.js';
import { t } from '../i18n.js';
import { displayName, standing } from '../state/select.js';
import { drawActs, onActs } from './acts.js';
import { drawPerson } from './person.js';

const WAIT_MS = 150;
const LISTS = ['incoming', 'outgoing', 'friends'];

export function mountFriends(store, actions) {
  const pane = find('#pane-friends');
  const field = find('#everyone-q');
  const online = find('#everyone-online');
  let timer = null;

  /** Those who are here first, then by name. */
  const sorted = (state, usernames) =>
    [...usernames].sort((a, b) =>
      Boolean(state.online[b]) - Boolean(state.online[a])
      || displayName(state, a).localeCompare(displayName(state, b), state.locale));

  const draw = (state, list, usernames) =>
    drawList(list, sorted(state, usernames), (username) => username, (username, had) => {
      const row = had ?? clone('person-row');
      const is_online = Boolean(state.online[username]);
      drawPerson(row, state.users[username] ?? { id: username, username }, is_online);
      find('.person', row).dataset.username = username;
      drawActs(row, standing(state, username), displayName(state, username));
      return row;
    });

  const usernameOf = (button) => find('.person', button.closest('li')).dataset.username;
  onActs(pane, actions, usernameOf);
  on(pane, 'click', '.person', (_, button) => actions.openPerson(button.dataset.username));

  const ask = () => actions.findEveryone({ q: field.value.trim(), online: online.checked });
  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  online.addEventListener('change', ask);
  const more = find('#everyone-more');
  more.addEventListener('click', () => actions.findEveryone(store.state.everyone, store.state.everyone.usernames));

  store.watch(({ view, friends, locale }) => [view, friends, locale], ({ view, friends }) => {
    if (view.name !== 'friends') return;
    find('#friends-mine').hidden = view.everyone;
    find('#friends-everyone').hidden = !view.everyone;
    for (const tab of pane.querySelectorAll('[data-tab]')) {
      setAttribute(tab, 'aria-current', (tab.dataset.tab === 'everyone') === Boolean(view.everyone) ? 'page' : null);
    }
    const none = friends && LISTS.every((list) => friends[list].length === 0);
    find('#friends-empty').hidden = !none;
  });

  store.watch(({ friends, users, online, locale }) => [friends, users, online, locale], (state) => {
    for (const list of LISTS) {
      const usernames = state.friends?.[list] ?? [];
      find(`#friends-${list}`).hidden = usernames.length === 0;
      draw(state, find(`#friends-${list} ul`), usernames);
    }
  });

  store.watch(
    ({ everyone, users, online, friends, blocks, locale, view }) => [everyone, users, online, friends, blocks, locale, view],
    (state) => {
      if (state.view.name !== 'friends' || !state.view.everyone) return;
      const { q, usernames } = state.everyone;
      const others = matching(state).filter((username) => username !== state.me.username);
      draw(state, find('#everyone-list'), others);
      const focused = document.activeElement === more;
      more.hidden = !state.everyone.more;
      if (focused && more.hidden) field.focus();
      find('#everyone-empty').hidden = usernames === null || others.length > 0;
      setText(find('#everyone-empty'), t(q ? 'picker.empty' : 'everyone.nobody'));
    });
}

/** Found by the server; of those who are here, also whoever has come since. */
function matching({ everyone: { q, online, usernames }, users, online: here }) {
  if (usernames === null) return [];
  if (!online) return usernames;
  const like = q.toLowerCase();
  const fits = ({ username, display_name }) =>
    username.toLowerCase().includes(like) || (display_name ?? '').toLowerCase().includes(like);
  const come = Object.values(users).filter((user) => here[user.username] && fits(user)).map(({ username }) => username);
  return [...new Set([...usernames, ...come])].filter((username) => here[username]);
}
