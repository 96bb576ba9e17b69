// Rooms and directs: making, finding, joining, leaving, changing them, and who is in them.

import { readDraft, writeDraft } from '../models/drafts.js';
import { storage } from '../net/storage.js';
import { pathOf, titleOf } from '../state/select.js';

const MOST = 100;
const MOST_MEMBERS = 500;
const GATHER_MS = 300; // many may come at once

export function conversationActions(app) {
  const { store, api, outbox, router } = app;
  const know = (conversation) => store.dispatch({ type: 'conversation_known', conversation });
  const learn = (users) => store.dispatch({ type: 'users_known', users });
  const close = () => store.dispatch({ type: 'dialogs_closed' });
  let asked = 0; // of several searches under way, the last one counts
  const asking = new Map(); // whose members are asked for → whether once more, since somebody came or went meanwhile
  const soon = new Map();

  async function askMembers(chat_id) {
    const users = [];
    for (let page = [], at = 0; at === 0 || (page.length === MOST && at < MOST_MEMBERS); at += MOST) {
      page = await api.get(`/api/conversations/${chat_id}/members?limit=${MOST}&offset=${at}`);
      users.push(...page);
    }
    learn(users);
    if (asking.get(chat_id) && store.state.members[chat_id]) return; // what is there has been kept up
    store.dispatch({ type: 'members_known', chat_id, usernames: users.map(({ username }) => username) });
  }

  /** One answer at a time, so that no older one comes last. */
  async function loadMembers(chat_id) {
    const under_way = asking.has(chat_id);
    asking.set(chat_id, under_way);
    if (under_way) return;
    await app.tryTo(() => askMembers(chat_id));
    const again = asking.get(chat_id);
    asking.delete(chat_id);
    if (again) loadSoon(chat_id);
  }

  function loadSoon(chat_id) {
    clearTimeout(soon.get(chat_id));
    soon.set(chat_id, setTimeout(() => store.state.conversations[chat_id] && loadMembers(chat_id), GATHER_MS));
  }

  async function search(part, path) {
    const mine = (asked += 1);
    await app.tryTo(async () => {
      const found = await api.get(path);
      if (mine !== asked) return;
      if (part === 'people') learn(found);
      store.dispatch({ type: 'found', [part]: found });
    });
  }

  return {
    createRoom: ({ name, topic, is_private }) =>
      app.attempt('create_room', async () => {
        const room = { name: name.trim(), topic: topic.trim(), is_private };
        const conversation = await api.post('/api/conversations', room);
        know(conversation);
        router.go(pathOf(conversation), { replace: true });
      }),

    discoverRooms: (q) => search('rooms', `/api/rooms?limit=${MOST}&q=${encodeURIComponent(q)}`),

    findPeople: (q) => search('people', `/api/users?limit=20&q=${encodeURIComponent(q)}`),

    /** Names and colours of the people around, for those places where the wire has only a username. */
    learnPeople: () =>
      app.tryTo(async () => {
        learn(await api.get(`/api/users?limit=${MOST}`));
        app.actions.learnNames(Object.values(store.state.conversations).map(({ username }) => username));
      }),

    /** @param {?number} at the message that a link led to */
    joinRoom: (conversation, at = null) =>
      app.tryTo(async () => {
        const joined = await api.post(`/api/conversations/${conversation.id}/join`);
        know(joined?.id ? joined : await api.get(`/api/conversations/${conversation.id}`));
        close();
        router.go(pathOf(conversation, at));
      }),

    leaveRoom: (chat_id) =>
      app.tryTo(async () => {
        await api.post(`/api/conversations/${chat_id}/leave`);
        store.dispatch({ type: 'conversation_gone', chat_id });
      }),

    openDirect: (username) =>
      app.attempt('new_direct', async () => {
        const conversation = await api.post('/api/conversations', { username });
        know(conversation);
        close();
        router.go(pathOf(conversation));
      }),

    loadMembers,

    /** Somebody came into a room or left it. Only who is not known yet has to be asked for, with all who come shortly after. */
    memberMoved({ chat_id, username }) {
      const { members, users } = store.state;
      if (asking.has(chat_id)) asking.set(chat_id, true);
      else if (members[chat_id]?.includes(username) && !users[username]) loadSoon(chat_id);
    },

    /** What waits for a conversation that is gone would wait for ever: its words stay where they were written. */
    keepWords() {
      const { me, conversations } = store.state;
      for (const { client_id, chat_id, content } of outbox.pending) {
        if (conversations[chat_id]) continue;
        writeDraft(me.id, chat_id, [readDraft(me.id, chat_id), content].filter(Boolean).join('\n'));
        outbox.remove(client_id);
      }
    },
    conversationLost(conversation) {
      app.actions.keepWords();
      const params = { name: titleOf(store.state, conversation) };
      store.dispatch({ type: 'notice', notice: { kind: 'info', key: 'room.gone', params } });
    },

    addMember: (chat_id, username) =>
      app.attempt('add_member', async () => {
        await api.put(`/api/conversations/${chat_id}/members/${encodeURIComponent(username)}`);
        close();
        store.dispatch({ type: 'notice', notice: { kind: 'info', key: 'members.added', params: { name: username } } });
        await app.actions.loadMembers(chat_id);
      }),

    removeMember: (chat_id, username) =>
      app.tryTo(async () => {
        await api.delete(`/api/conversations/${chat_id}/members/${encodeURIComponent(username)}`);
        await app.actions.loadMembers(chat_id);
      }),

    updateRoom: (chat_id, { name, topic, is_private, slow_mode }) =>
      app.attempt('room_settings', async () => {
        const asked = { name: name.trim(), topic: topic.trim(), is_private, slow_mode: Number(slow_mode) };
        // what stays is not asked for: of `general` some of it may not even be said again
        const had = store.state.conversations[chat_id];
        const room = Object.fromEntries(Object.entries(asked).filter(([name, value]) => value !== had[name]));
        const conversation = await api.patch(`/api/conversations/${chat_id}`, room);
        if (conversation) know(conversation);
        close();
      }),

    /** @param {'all'|'mentions'|'none'} notify what of it one wants to be told */
    setNotify: (chat_id, notify) =>
      app.tryTo(async () => {
        know(await api.patch(`/api/conversations/${chat_id}/notify`, { notify }));
        storage.set('notify', `${chat_id} ${Date.now()}`); // for the other tabs: no frame tells of it
      }),

    async learnConversation(chat_id) {
      if (store.state.conversations[chat_id]) await app.tryTo(async () => know(await api.get(`/api/conversations/${chat_id}`)));
    },

    deleteRoom: (chat_id) =>
      app.tryTo(async () => {
        await api.delete(`/api/conversations/${chat_id}`);
        store.dispatch({ type: 'conversation_gone', chat_id });
      }),
  };
}
