// Friends, blocked people, and looking for people: what one may do with another person.

import { standing } from '../state/select.js';

const MOST = 100;
const userPath = (username) => `/api/users/${encodeURIComponent(username)}`;

export function peopleActions(app) {
  const { store, api } = app;
  const named = new Set();
  let asked = 0; // of several searches under way, the last one counts

  const learn = (users) => store.dispatch({ type: 'users_known', users });
  const note = (key, params) => store.dispatch({ type: 'notice', notice: { kind: 'info', key, params } });
  const personOf = (username) => store.state.users[username] ?? { username };
  const nameOf = (username) => personOf(username).display_name || username;

  async function loadFriends() {
    store.dispatch({ type: 'friends_known', ...(await api.get('/api/me/friends')) });
  }

  async function loadBlocks() {
    store.dispatch({ type: 'blocks_known', users: await api.get(`/api/me/blocks?limit=${MOST}`) });
  }

  const confirm = (words, username, action) =>
    app.actions.openDialog('confirm', { ...words, params: { name: nameOf(username) }, then: [action, username] });

  return {
    /** Both lists, at the start and when they may have changed unseen. */
    loadStanding: () => app.tryTo(() => Promise.all([loadFriends(), loadBlocks()])),

    openPerson: (username) => app.actions.openDialog('person', { username }),

    loadPerson: async (username) => {
      const done = await app.tryTo(async () => learn([await api.get(userPath(username))]));
      if (!done && !store.state.users[username]) store.dispatch({ type: 'dialog_closed' });
    },

    /** Who shows somewhere and is not among those who are known, each once. Whoever has exactly that name is found first. */
    async learnNames(usernames) {
      for (const username of usernames) {
        if (!username || store.state.users[username] || named.has(username)) continue;
        named.add(username);
        learn(await api.get(`/api/users?limit=1&q=${encodeURIComponent(username)}`).catch(() => []));
      }
    },

    /** Asks, or says yes to who has asked. The form is the picker's, where the name was typed. */
    addFriend: (username, form = null) => {
      const task = async () => {
        const user = await api.get(userPath(username));
        const { state } = await api.put(`${userPath(user.username)}/friend`);
        if (form) store.dispatch({ type: 'dialogs_closed' });
        if (state === 'friends') store.dispatch({ frame: 'new_friend', data: { user: store.state.me, friend: user } });
        else store.dispatch({ frame: 'friend_requested', data: { user } });
        note(state === 'friends' ? 'friends.now_friends' : 'friends.asked', { name: nameOf(user.username) });
      };
      return form ? app.attempt(form, task) : app.tryTo(task);
    },

    /** Refuses, withdraws or ends: in each case there is nothing between the two afterwards. */
    removeFriend: (username) =>
      app.tryTo(async () => {
        await api.delete(`${userPath(username)}/friend`);
        store.dispatch({ frame: 'friend_removed', data: { username } });
      }),

    confirmRemoveFriend(username) {
      if (standing(store.state, username) !== 'friends') return app.actions.removeFriend(username);
      const words = { title: 'unfriend.title', body: 'unfriend.body', yes: 'unfriend.yes' };
      return confirm(words, username, 'removeFriend');
    },

    confirmBlock: (username) => confirm({ title: 'block.title', body: 'block.body', yes: 'block.yes' }, username, 'block'),
    confirmUnblock(username) {
      const words = { title: 'unblock.title', body: 'unblock.body', yes: 'unblock.yes' };
      return confirm({ ...words, mild: true }, username, 'unblock');
    },

    block: (username) =>
      app.tryTo(async () => {
        await api.put(`${userPath(username)}/block`);
        store.dispatch({ frame: 'user_blocked', data: { username } });
        note('block.done', { name: nameOf(username) });
        await app.actions.hearAfresh();
      }),

    unblock: (username) =>
      app.tryTo(async () => {
        await api.delete(`${userPath(username)}/block`);
        store.dispatch({ frame: 'user_unblocked', data: { username } });
        note('unblock.done', { name: nameOf(username) });
        await app.actions.hearAfresh();
      }),

    /** Whose messages come has changed: the open conversation and the counts of all are asked for again. */
    hearAfresh: () =>
      app.tryTo(async () => {
        const { view, timelines } = store.state;
        if (view.name === 'conversation' && !timelines[view.chat_id]) app.actions.loadNewest(view.chat_id);
        const conversations = await api.get(`/api/conversations?limit=${MOST}`);
        for (const conversation of conversations) store.dispatch({ type: 'conversation_known', conversation });
      }),

    /** @param {string[]} had those that came before, where more are wanted */
    findEveryone: ({ q, online }, had = []) =>
      app.tryTo(async () => {
        const mine = (asked += 1);
        const { everyone } = store.state;
        store.dispatch({ type: 'preference', name: 'everyone', value: { ...everyone, q, online } });
        const only = online ? '&online=true' : '';
        const users = await api.get(`/api/users?limit=${MOST}&offset=${had.length}&q=${encodeURIComponent(q)}${only}`);
        if (mine !== asked) return;
        learn(users);
        const usernames = [...new Set([...had, ...users.map(({ username }) => username)])];
        store.dispatch({ type: 'preference', name: 'everyone', value: { q, online, usernames, more: users.length === MOST } });
      }),
  };
}
