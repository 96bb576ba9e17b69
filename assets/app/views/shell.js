// The frame around everything: outside or inside, which pane, the page's title and icon, and the buttons that open
// something, wherever they stand (`data-do`).

import { find, on, setAttribute, setText } from '../dom.js';
import { t } from '../i18n.js';
import { currentConversation, serverName, titleOf, unreadOf, unreadTotal } from '../state/select.js';
import { hideDrawer } from './drawers.js';
import { placeName } from './header.js';

const PANES = [
  'loading', 'welcome', 'create_room', 'preview', 'missing', 'conversation', 'notifications', 'friends', 'tournaments', 'game',
  'search', 'admin',
];

const ICONS = {
  read: new URL('../../favicon.svg', import.meta.url),
  unread: new URL('../../favicon-unread.svg', import.meta.url),
};

/** On some phones the keyboard covers the page instead of making it smaller: then the page does so itself. */
function fitKeyboard() {
  const { visualViewport: seen } = globalThis;
  seen?.addEventListener('resize', () => {
    const covered = seen.scale === 1 && innerHeight - seen.height > 80;
    document.documentElement.style.setProperty('--height', covered ? `${seen.height}px` : '100dvh');
    if (covered) scrollTo(0, 0);
  });
}

export function mountShell(store, actions) {
  const current = () => currentConversation(store.state);
  const doings = {
    discover: () => actions.openDialog('discover'),
    'new-direct': () => actions.openDialog('new_direct'),
    'add-friend': () => actions.openDialog('add_friend'),
    'read-all': () => actions.readAllNotifications(),
    'older-notifications': () => actions.loadOlderNotifications(),
    'search-here': () => actions.searchIn(current()),
    'more-hits': () => actions.moreHits(),
    pins: () => actions.openPins(current().id),
    'add-member': () => actions.openDialog('add_member', { chat_id: current().id }),
    'room-settings': () => actions.openDialog('room_settings', { chat_id: current().id }),
    'leave-room': () => actions.openDialog('confirm', {
      title: 'room.leave_title', body: current().is_private ? 'room.leave_private' : 'room.leave_public',
      yes: 'room.leave', then: ['leaveRoom', current().id],
    }),
    settings: () => actions.openDialog('settings'),
    shortcuts: () => actions.openDialog('shortcuts'),
    switcher: () => actions.openDialog('switcher'),
    'sign-out': () => actions.signOut(),
    'try-now': () => actions.tryNow(),
    'take-news': () => actions.takeNews(),
    'cancel-edit': () => actions.cancelEdit(),
    'cancel-reply': () => actions.cancelReply(),
    'dismiss-notice': () => actions.dismissNotice(),
    'join-preview': () => actions.joinRoom(store.state.view.conversation, store.state.view.at),
  };
  on(document, 'click', '[data-do]', (_, button) => doings[button.dataset.do]());

  fitKeyboard();

  on(document, 'click', '.skip-link', (event) => {
    event.preventDefault(); // its `#main` must not become a place in the history
    (find('#pane-conversation').hidden ? find('#main') : find('#composer-text')).focus();
  });

  store.watch(({ phase, view, route, locale }) => [phase, view.name, route, locale], ({ phase, view }) => {
    find('#outside').hidden = phase !== 'signed_out';
    find('#inside').hidden = phase === 'signed_out';
    setAttribute(find('.skip-link'), 'href', phase === 'signed_out' ? '#outside' : '#main');
    for (const name of PANES) find(`#pane-${name}`).hidden = name !== view.name;
    find('#people').classList.toggle('empty', view.name !== 'conversation');
    // where one wrote may be gone
    if (view.name === 'welcome' && !document.activeElement.checkVisibility()) find('#main').focus({ preventScroll: true });
  });

  // what would only be moved by what is still coming
  store.watch(({ ready, view }) => [ready && view.name !== 'loading'], ({ ready, view }) => {
    find('#inside').classList.toggle('is-coming', !ready || view.name === 'loading');
  });

  store.watch(({ view, route }) => [view.name, view.chat_id, route], hideDrawer);

  store.watch(({ server_name }) => [server_name], (state) => {
    for (const element of document.querySelectorAll('.server-name')) setText(element, serverName(state));
  });

  store.watch((state) => [
    state.phase, state.route.name, state.view, state.conversations, state.mentions, state.users, state.server_name, state.locale,
  ],
    (state) => {
      const unread = unreadTotal(state);
      const place = titleOfPlace(state);
      const title = [place, serverName(state)].filter(Boolean).join(' – ');
      const words = unread ? `(${unread}) ${title}` : title;
      if (document.title !== words) document.title = words; // to tell the window costs even if it is the same
      setAttribute(find('link[rel=icon]'), 'href', unread ? ICONS.unread : ICONS.read);
      const here = currentConversation(state);
      const elsewhere = unread - (here ? unreadOf(state, here).loud : 0);
      find('#elsewhere').hidden = !elsewhere;
      setText(find('#elsewhere'), elsewhere > 99 ? '99+' : String(elsewhere));
    });
}

function titleOfPlace(state) {
  if (state.phase === 'signed_out') return t(state.route.name === 'register' ? 'auth.register' : 'auth.sign_in');
  const conversation = currentConversation(state);
  if (conversation) return titleOf(state, conversation);
  return state.view.name === 'preview' ? state.view.conversation.name : placeName(state);
}
