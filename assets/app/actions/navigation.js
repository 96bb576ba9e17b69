// Where the person is: what an address shows, now or once the server has greeted.

import { readDraft, writeDraft } from '../models/drafts.js';
import { findDirect, findRoom, pathOf, sidebarLists, unreadFrom } from '../state/select.js';
import { storage } from '../net/storage.js';

const ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

export function navigationActions(app) {
  const { store, api, router } = app;
  let visit = 0; // an answer for a place that was left meanwhile is dropped

  const show = (view) => store.dispatch({ type: 'view_changed', view });

  function open(conversation, at = null) {
    const { id } = conversation;
    storage.set('last', id);
    const { recalled } = store.state; // what is kept is all there is then
    const from = recalled ? null : at ?? unreadFrom(store.state, conversation);
    store.dispatch({ type: 'conversation_opened', chat_id: id, at: from });
    const timeline = store.state.timelines[id];
    if (from) app.actions.loadAround(id, from, at);
    else if (!timeline.loaded) app.actions.loadNewest(id);
    if (!recalled) app.actions.loadMembers(id);
    app.actions.recallUploads(id);
    app.actions.recallReply(id);
  }

  /** The address says what the place is called, however one came to it: by an id, or in capitals. */
  function settle(conversation, route) {
    const path = pathOf(conversation, route.at);
    if (path === router.path) return;
    const { name, username } = conversation;
    store.dispatch({ type: 'preference', name: 'route', value: { ...route, ...(route.name === 'room' ? { room: name } : { username }) } });
    router.rename(path);
  }

  /** A room one is not in: what may be said of it before joining. */
  async function preview(room, at) {
    show({ name: 'loading' });
    const mine = (visit += 1);
    try {
      const conversation = await api.get(`/api/conversations/${encodeURIComponent(room)}`);
      if (mine !== visit) return;
      if (conversation.role || conversation.kind === 'direct') {
        store.dispatch({ type: 'conversation_known', conversation });
        router.go(pathOf(conversation, at), { replace: true });
      } else show({ name: 'preview', conversation, at });
    } catch (error) {
      if (mine === visit) show({ name: 'missing', what: error.status === 0 ? 'network' : 'room' });
    }
  }

  async function openPrivate(username) {
    show({ name: 'loading' });
    const mine = (visit += 1);
    try {
      const conversation = await api.post('/api/conversations', { username });
      store.dispatch({ type: 'conversation_known', conversation });
      if (mine === visit) router.go(pathOf(conversation), { replace: true });
    } catch (error) {
      const what = ID.test(username) ? 'direct' : 'person';
      if (mine === visit) show({ name: 'missing', what: error.status === 0 ? 'network' : what });
    }
  }

  /** Tells whether that place can be shown, and still is wanted. */
  async function bring(name, mine) {
    if (!app.parts.has(name)) show({ name: 'loading' });
    const there = await app.parts.bring(name);
    if (mine !== visit) return false;
    if (!there) show({ name: 'missing', what: 'network' });
    return there;
  }

  /** A place whose list is asked for when it is entered; `load` may say what of it is missing. */
  async function enter(view, load) {
    const mine = (visit += 1);
    if (!(await bring(view.name, mine))) return;
    if (view.name !== 'game' || store.state.games[view.id]) show(view);
    else show({ name: 'loading' });
    const what = await load();
    if (mine === visit) show(what ? { name: 'missing', what } : view);
  }

  const places = {
    search: ({ q }) => enter({ name: 'search' }, async () => void app.actions.find(q)),
    notifications: () => enter({ name: 'notifications' }, async () => void (await app.actions.loadNotifications())),
    friends: ({ everyone }) => enter({ name: 'friends', everyone }, async () => {
      await (everyone ? app.actions.findEveryone(store.state.everyone) : app.actions.loadStanding());
    }),
    tournaments: ({ id }) => enter({ name: 'tournaments', id }, async () => {
      const done = await app.actions.loadTournaments();
      return done && id && !store.state.tournaments[id] ? app.actions.loadTournament(id) : null;
    }),
    admin: ({ tab }) => store.state.me.role === 'admin'
      ? enter({ name: 'admin', tab }, () => app.actions.loadAdmin(tab))
      : show({ name: 'missing', what: 'page' }),
    game: ({ id }) => enter({ name: 'game', id }, () => app.actions.loadGame(id)),
  };

  function goHome() {
    const last = store.state.conversations[storage.get('last')];
    if (last) router.go(pathOf(last), { replace: true });
    else show({ name: 'welcome' });
  }

  /** Another application hands over words and files: where to, is asked; a message of them is made there. */
  async function share({ text, files }) {
    show({ name: 'welcome' });
    router.rename('/'); // asked once: not again on reloading
    const taken = files ? await app.actions.takeShared() : [];
    if (text || taken.length) app.actions.openDialog('switcher', { share: { text, files: taken } });
  }

  return {
    go: (path, options) => router.go(path, options),

    /** Puts words and files where the next message of a conversation is written, after what is there, and goes there. */
    shareInto(conversation, { text, files }) {
      const { id } = store.state.me;
      writeDraft(id, conversation.id, [readDraft(id, conversation.id), text].filter(Boolean).join('\n'));
      router.go(pathOf(conversation));
      if (files.length) app.actions.attach(conversation.id, files);
    },

    /** @param {import('../router.js').Route} route */
    routeChanged(route) {
      store.dispatch({ type: 'route_changed', route });
      app.actions.showRoute();
    },

    showRoute() {
      const { phase, route, ready, conversations } = store.state;
      visit += 1;
      const outside = route.name === 'login' || route.name === 'register';
      if (phase === 'signed_out') {
        if (!outside) app.actions.signInFirst();
        return;
      }
      if (phase !== 'signed_in' || (!ready && !outside)) return;
      if (outside) router.go('/', { replace: true });
      else if (route.name === 'home') goHome();
      else if (route.name === 'create_room') enter({ name: 'create_room' }, async () => null);
      else if (route.name === 'share') share(route);
      else if (places[route.name]) {
        places[route.name](route);
        if (route.person) {
          app.actions.openPerson(route.person);
          router.rename('/friends'); // the card was asked for once: it is not opened again on reloading
        }
      }
      else if (route.name === 'room') {
        const conversation = findRoom(store.state, route.room);
        if (conversation) {
          open(conversation, route.at);
          settle(conversation, route);
        } else preview(route.room, route.at);
      } else if (route.name === 'private') {
        const conversation = findDirect(store.state, route.username) ?? conversations[route.username];
        if (conversation) {
          open(conversation, route.at);
          settle(conversation, route);
        } else openPrivate(route.username);
      } else show({ name: 'missing', what: 'page' });
    },

    /** After a time without connection: what this place shows may have changed unseen. */
    refreshPlace() {
      const { route, view } = store.state;
      if (places[route.name] && view.name !== 'missing') places[route.name](route);
    },

    /** The room that is open was left, deleted or renamed: the address follows. */
    followConversation() {
      const { view, conversations, route, phase } = store.state;
      if (phase !== 'signed_in' || view.name !== 'conversation') return;
      const conversation = conversations[view.chat_id];
      if (!conversation) {
        show({ name: 'loading' });
        router.go('/', { replace: true });
      } else if (route.name === 'room' && conversation.name !== route.room) {
        const path = pathOf(conversation, route.at);
        store.dispatch({ type: 'preference', name: 'route', value: { ...route, room: conversation.name } });
        router.rename(path);
      }
    },

    /** The next conversation down or up the list, as it stands there. */
    goBeside(step) {
      const { rooms, directs } = sidebarLists(store.state);
      const links = [...rooms, ...directs];
      if (!links.length) return;
      const here = links.findIndex(({ id }) => id === store.state.view.chat_id);
      const from = here < 0 && step < 0 ? 0 : here; // from elsewhere to the first or the last
      const next = links[(from + step + links.length) % links.length];
      router.go(pathOf(next));
    },
  };
}
