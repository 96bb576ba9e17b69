// Friends and blocked people: lists of usernames, each name once; the people themselves are in `users`.

/** @typedef {import('./types.js').State} State */

const EMPTY = { friends: [], incoming: [], outgoing: [] };

const know = (state, users) => ({
  ...state, users: { ...state.users, ...Object.fromEntries(users.map((user) => [user.username, user])) },
});

/** The person stands in that list and in no other; with `null` in none. */
function place(state, username, list) {
  if (!state.friends) return state;
  const friends = {};
  for (const name of Object.keys(EMPTY)) friends[name] = state.friends[name].filter((other) => other !== username);
  if (list) friends[list] = [...friends[list], username];
  return { ...state, friends };
}

/** What is heard in rooms is another from now on: what is loaded of them is no longer right. */
function dropRooms(state) {
  const keep = ([chat_id]) => state.conversations[chat_id]?.kind === 'direct';
  return { ...state, timelines: Object.fromEntries(Object.entries(state.timelines).filter(keep)) };
}

const isOther = (state, user) => user.id !== state.me?.id;

/** @type {Object<string, (state: State, data: any) => State>} */
export const frames = {
  resumed: (state, { complete }) => (complete ? state : { ...state, friends: null, blocks: null }),

  friend_request: (state, { user }) => place(know(state, [user]), user.username, 'incoming'),
  friend_requested: (state, { user }) => place(know(state, [user]), user.username, 'outgoing'),
  new_friend(state, { user, friend }) {
    const other = isOther(state, friend) ? friend : user;
    return place(know(state, [other]), other.username, 'friends');
  },
  friend_removed: (state, { username }) => place(state, username, null),

  user_blocked(state, { username }) {
    if (state.blocks?.includes(username)) return state;
    const next = dropRooms(place(state, username, null));
    return { ...next, blocks: [...(state.blocks ?? []), username] };
  },
  user_unblocked(state, { username }) {
    if (state.blocks && !state.blocks.includes(username)) return state;
    return { ...dropRooms(state), blocks: (state.blocks ?? []).filter((other) => other !== username) };
  },
};

export const locals = {
  friends_known(state, { friends, incoming, outgoing }) {
    const names = (users) => users.map(({ username }) => username);
    const lists = { friends: names(friends), incoming: names(incoming), outgoing: names(outgoing) };
    return { ...know(state, [...friends, ...incoming, ...outgoing]), friends: lists };
  },
  blocks_known: (state, { users }) => ({ ...know(state, users), blocks: users.map(({ username }) => username) }),
};
