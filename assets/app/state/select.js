// Questions about the state that more than one view asks. Pure; nothing is kept.

import { PAGE } from './timelines.js';

/** @typedef {import('./types.js').State} State */

export const currentConversation = (state) =>
  state.view.name === 'conversation' ? state.conversations[state.view.chat_id] ?? null : null;

export const displayName = (state, username) => state.users[username]?.display_name || username;

/** Whose a message shows as: a hook's has a name of its own; without one it is the reader's. */
export const senderName = (state, message) => message?.shown_as ?? displayName(state, message?.sender ?? state.me.username);

export const sentByProgram = (state, message) =>
  Boolean(message && (message.shown_as || state.users[message.sender]?.role === 'bot'));

/** Where a person's picture is, if they have one. */
export const avatarOf = (state, username) =>
  (state.users[username] ?? (username === state.me?.username ? state.me : null))?.avatar_url ?? null;

export const titleOf = (state, conversation) =>
  conversation.kind === 'room' ? conversation.name : displayName(state, conversation.username);

/** @param {?number} at the `seq` of a message there */
export const pathOf = (conversation, at = null) =>
  (conversation.kind === 'room'
    ? `/rooms/${encodeURIComponent(conversation.name)}`
    : `/private/${encodeURIComponent(conversation.username)}`) + (at ? `?at=${at}` : '');

/** An address that stays: by id, since rooms are renamed, and each of two people calls a direct by the other's name. */
export const linkOf = ({ kind, id }, seq) => `/${kind === 'room' ? 'rooms' : 'private'}/${id}?at=${seq}`;

const activity = (conversation) => conversation.last_message?.date ?? conversation.created_at ?? '';

/** Rooms keep their alphabetical place, so that the hand finds them again; people come latest first. */
export function sidebarLists(state) {
  const all = Object.values(state.conversations);
  return {
    rooms: all.filter(({ kind }) => kind === 'room').sort((a, b) => a.name.localeCompare(b.name, state.locale)),
    directs: all
      .filter(({ kind }) => kind === 'direct')
      .sort((a, b) => activity(b).localeCompare(activity(a))),
  };
}

export const recentConversations = (state) =>
  Object.values(state.conversations).sort((a, b) => activity(b).localeCompare(activity(a)));

/**
 * What is unread in a conversation: how much, how much of it calls this person, and how much they want to be told of.
 * @returns {{unread: number, mentions: number, loud: number}}
 */
export function unreadOf(state, { id, unread_count, notify }) {
  const unread = unread_count || 0;
  const calls = Object.values(state.mentions).filter((chat_id) => chat_id === id).length;
  const mentions = Math.min(calls, unread);
  return { unread, mentions, loud: notify === 'mentions' || notify === 'none' ? mentions : unread };
}

/** Where the unread messages begin, if that is not among the newest. */
export function unreadFrom({ timelines }, { id, unread_count, last_read_seq, last_seq }) {
  const { loaded, at_end, messages } = timelines[id] ?? {};
  const first = loaded && at_end ? messages[0]?.seq : last_seq - PAGE + 1;
  return unread_count && last_read_seq + 1 < first ? last_read_seq + 1 : null;
}

/** All that one wants to be told of. */
export const unreadTotal = (state) =>
  Object.values(state.conversations).reduce((sum, conversation) => sum + unreadOf(state, conversation).loud, 0);

export const findRoom = (state, name) =>
  Object.values(state.conversations).find(
    (other) => other.id === name || (other.kind === 'room' && other.name.toLowerCase() === name.toLowerCase()),
  );

export const findDirect = (state, username) =>
  Object.values(state.conversations).find(
    (other) => other.kind === 'direct' && other.username?.toLowerCase() === username.toLowerCase(),
  );

export const mayManage = (state, conversation) =>
  conversation?.kind === 'room' && (conversation.role === 'owner' || state.me?.role === 'admin');

export const mayDelete = (state, message) =>
  message.sender_id === state.me?.id || mayManage(state, state.conversations[message.chat_id]);

/** The same people; in a direct both, unless one of the two has blocked the other. */
export function mayPin(state, message) {
  const conversation = state.conversations[message.chat_id];
  return conversation?.kind === 'direct' ? !isBlocked(state, conversation.username) : mayDelete(state, message);
}

/** What it said before it was edited is for its sender and for administrators. */
export const maySeeVersions = (state, message) =>
  Boolean(message.edited_at) && !message.is_deleted && (message.sender_id === state.me?.id || state.me?.role === 'admin');

export const typingNames = (state, chat_id) =>
  Object.keys(state.typing[chat_id] ?? {})
    .filter((username) => username !== state.me?.username)
    .map((username) => displayName(state, username));

export const pendingOf = (state, chat_id) => state.pending.filter((pending) => pending.chat_id === chat_id);

const NO_UPLOADS = [];

/** @returns {import('./types.js').Upload[]} the files chosen for the next message there */
export const uploadsOf = (state, chat_id) => state.uploads[chat_id] ?? NO_UPLOADS;

/** The dialogs that are open, the uppermost first. */
export function openDialogs({ dialog }) {
  const open = [];
  for (let next = dialog; next; next = next.under) open.push(next);
  return open;
}

export const dialogNamed = (state, name) => openDialogs(state).find((dialog) => dialog.name === name) ?? null;

export const isBlocked = (state, username) => Boolean(state.blocks?.includes(username));

/** How one stands to a person. @returns {'me'|'blocked'|'friends'|'incoming'|'outgoing'|'none'} */
export function standing(state, username) {
  if (username === state.me?.username) return 'me';
  if (isBlocked(state, username)) return 'blocked';
  return Object.keys(state.friends ?? {}).find((list) => state.friends[list].includes(username)) ?? 'none';
}

export const profilePath = (username) => `/friends?person=${encodeURIComponent(username)}`;

/** What this community is called, as far as this browser has heard. */
export const serverName = ({ server_name }) => server_name ?? 'Salon';
