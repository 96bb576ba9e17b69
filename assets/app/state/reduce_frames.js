// What each frame of the server changes. Frames may come twice, or again after a reconnect: every function here gives
// the same state the second time, by comparing ids, `seq` and `rev`.

import { paced } from './pace.js';
import { withOwnLike } from './reduce_likes.js';
import { emptyTimeline, markRead, postMessage, replaceMessage } from './timelines.js';

/** @typedef {import('./types.js').State} State */

const put = (state, part, key, value) => ({ ...state, [part]: { ...state[part], [key]: value } });

const without = (object, key) => {
  const { [key]: _, ...rest } = object;
  return rest;
};

const isMe = (state, username) => username?.toLowerCase() === state.me?.username.toLowerCase();

/** Removes a conversation that is no longer this person's. */
export const dropConversation = (state, chat_id) =>
  state.conversations[chat_id]
    ? {
        ...state,
        conversations: without(state.conversations, chat_id),
        timelines: without(state.timelines, chat_id),
        members: without(state.members, chat_id),
        uploads: without(state.uploads, chat_id),
        pending: state.pending.filter((pending) => pending.chat_id !== chat_id),
      }
    : state;

/** A conversation as this person sees it: from an answer or a frame addressed to them alone. */
export function putConversation(state, conversation) {
  const had = state.conversations[conversation.id];
  // An answer overtaken by live messages must not take the counts back.
  const stale = had && had.last_seq > conversation.last_seq;
  const { last_seq, last_read_seq, unread_count, last_message } = had ?? {};
  const next = stale ? { ...conversation, last_seq, last_read_seq, unread_count, last_message } : conversation;
  return put(state, 'conversations', conversation.id, next);
}

/** A conversation as anyone sees it: what is this person's own in it stays as it was. */
function mergeShared(state, conversation) {
  const had = state.conversations[conversation.id];
  if (!had) return state;
  const { role, last_read_seq, unread_count, notify, username, is_online, last_seq, last_message } = had;
  return put(state, 'conversations', had.id, {
    ...conversation, role, last_read_seq, unread_count, notify, username, is_online, last_seq, last_message,
  });
}

const setOnline = (state, usernames, is_online) => {
  const online = { ...state.online };
  for (const username of usernames) {
    if (is_online) online[username] = true;
    else delete online[username];
  }
  return { ...state, online };
};

function newMessage(state, message) {
  const { chat_id } = message;
  const conversation = state.conversations[chat_id];
  if (!conversation) return state;
  const mine = message.sender_id === state.me.id;
  let next = paced(state, message);

  if (mine && state.pending.some((pending) => pending.client_id === message.client_id)) {
    next = { ...next, pending: next.pending.filter((pending) => pending.client_id !== message.client_id) };
  }
  if (message.seq > conversation.last_seq) {
    next = put(next, 'conversations', chat_id, {
      ...conversation,
      last_seq: message.seq,
      last_message: message,
      // who speaks has read everything: from another device of theirs this says so
      ...(mine ? { unread_count: 0, last_read_seq: message.seq } : { unread_count: conversation.unread_count + 1 }),
    });
  }
  if (state.typing[chat_id]?.[message.sender]) {
    next = put(next, 'typing', chat_id, without(state.typing[chat_id], message.sender));
  }
  let timeline = state.timelines[chat_id];
  if (!timeline) return next;
  const open = state.view.chat_id === chat_id;
  const unseen = !mine && open && (!state.focused || !state.at_bottom) && conversation.unread_count === 0;
  if (unseen) timeline = { ...timeline, divider_seq: conversation.last_seq };
  return put(next, 'timelines', chat_id, postMessage(timeline, message, !open || state.at_bottom));
}

/** What one is answering says what it says now; what is deleted is answered no more. */
export const answered = (state, message) =>
  state.replying[message.chat_id]?.id === message.id
    ? put(state, 'replying', message.chat_id, message.is_deleted ? null : message)
    : state;

function changedMessage(state, broadcast) {
  const message = withOwnLike(state, broadcast);
  const timeline = state.timelines[message.chat_id];
  const conversation = state.conversations[message.chat_id];
  let next = answered(state, message);
  if (timeline) next = put(next, 'timelines', message.chat_id, replaceMessage(timeline, message));
  if (conversation?.last_message?.id === message.id) {
    next = put(next, 'conversations', conversation.id, { ...conversation, last_message: message });
  }
  return message.is_deleted && state.editing === message.id ? { ...next, editing: null } : next;
}

/** @type {Object<string, (state: State, data: any) => State>} */
export const frames = {
  hello(state, { user, cursor, online, conversations, limits, server }) {
    const known = Object.fromEntries(conversations.map((conversation) => [conversation.id, conversation]));
    const timelines = Object.fromEntries(Object.entries(state.timelines).filter(([chat_id]) => known[chat_id]));
    return {
      ...state,
      me: { ...state.me, ...user },
      cursor: state.cursor ?? cursor,
      limits: { ...state.limits, ...limits },
      server_name: server?.name ?? state.server_name,
      conversations: known,
      timelines,
      online: Object.fromEntries(online.map((username) => [username, true])),
      users: { ...state.users, [user.username]: user },
      typing: {},
      ready: true,
    };
  },
  server_updated: (state, { server, limits }) => ({ ...state, server_name: server.name, limits: { ...state.limits, ...limits } }),
  resumed(state, { cursor, complete }) {
    // a server that is an older copy of itself counts from where that was
    const next = { ...state, cursor: complete ? Math.max(state.cursor ?? 0, cursor) : cursor };
    return complete ? next : { ...next, timelines: {} };
  },

  new_message: newMessage,
  message_edited: changedMessage,
  message_deleted: changedMessage,
  message_read(state, { chat_id, seq, username }) {
    const timeline = state.timelines[chat_id];
    return timeline ? put(state, 'timelines', chat_id, markRead(timeline, seq, username)) : state;
  },
  read_mark(state, { chat_id, seq, unread_count }) {
    const conversation = state.conversations[chat_id];
    if (!conversation || seq < conversation.last_read_seq) return state;
    return put(state, 'conversations', chat_id, { ...conversation, last_read_seq: seq, unread_count });
  },

  join_chat: (state, { conversation }) => (conversation ? putConversation(state, conversation) : state),
  leave_chat: (state, { chat_id, username }) => (isMe(state, username) ? dropConversation(state, chat_id) : state),
  room_created: (state, { conversation }) => mergeShared(state, conversation),
  room_updated: (state, { conversation }) => mergeShared(state, conversation),
  room_deleted: (state, { chat_id }) => dropConversation(state, chat_id),
  member_joined: (state, data) => memberMoved(state, data, [data.username]),
  member_left: (state, data) => memberMoved(state, data, []),

  user_online: (state, { username }) => setOnline(state, [username], true),
  user_offline: (state, { username }) => setOnline(state, [username], false),
  presence: (state, { online = [], offline = [] }) => setOnline(setOnline(state, online, true), offline, false),
  user_updated(state, { user }) {
    const next = put(state, 'users', user.username, { ...state.users[user.username], ...user });
    return user.id === state.me?.id ? { ...next, me: { ...state.me, ...user } } : next;
  },
  typing(state, { chat_id, username, is_typing }) {
    const others = without(state.typing[chat_id] ?? {}, username);
    const until = Date.now() + state.limits.typing_seconds * 1000;
    return put(state, 'typing', chat_id, is_typing === false ? others : { ...others, [username]: until });
  },
};

function memberMoved(before, { chat_id, username, member_count }, there) {
  const had = before.members[chat_id];
  const state = had ? put(before, 'members', chat_id, [...had.filter((other) => other !== username), ...there]) : before;
  const conversation = state.conversations[chat_id];
  if (!conversation || member_count === undefined) return state;
  return put(state, 'conversations', chat_id, { ...conversation, member_count });
}

export { emptyTimeline, put };
