// Who likes what. A message tells it by names in `reactions`; what a broadcast says of `is_liked` is nobody's in
// particular, so one's own like is read from the names. Telling it twice changes nothing.

import { replaceMessage } from './timelines.js';

/** @typedef {import('./types.js').State} State */
/** @typedef {import('./types.js').Message} Message */

export const LIKE = 'like';

const found = (state, chat_id, id) => state.timelines[chat_id]?.messages.find((message) => message.id === id);

/** One message that is loaded, changed. */
export function changeMessage(state, { id, chat_id }, how) {
  const message = found(state, chat_id, id);
  if (!message) return state;
  const timeline = replaceMessage(state.timelines[chat_id], how(message));
  return { ...state, timelines: { ...state.timelines, [chat_id]: timeline } };
}

/** @returns {string[]} */
export const likers = (message) => message.reactions?.find(({ emoji }) => emoji === LIKE)?.usernames ?? [];

/** A broadcast message, with what it cannot know: whether it is I who like it. */
export function withOwnLike(state, message) {
  const names = likers(message);
  const told = names.length >= (message.like_count ?? 0);
  const had = found(state, message.chat_id, message.id)?.is_liked ?? message.is_liked;
  return { ...message, is_liked: told ? names.includes(state.me.username) : had };
}

/** A message after somebody reacted to it, or took that back. */
function reacted(message, { emoji, username, added, count }) {
  const reactions = message.reactions ?? [];
  const had = reactions.find((reaction) => reaction.emoji === emoji);
  const others = (had?.usernames ?? []).filter((name) => name !== username);
  const usernames = added ? [...others, username] : others;
  const next = { emoji, count, usernames };
  if (count === 0) return { ...message, reactions: reactions.filter((reaction) => reaction !== had) };
  return { ...message, reactions: had ? reactions.map((it) => (it === had ? next : it)) : [...reactions, next] };
}

/** @type {Object<string, (state: State, data: any) => State>} */
export const frames = {
  /** With its name, which `reaction_update` tells too, but perhaps a moment later. */
  chat_like_update: (state, { id, chat_id, username, is_liked, like_count }) =>
    changeMessage(state, { id, chat_id }, (message) => ({
      ...reacted(message, { emoji: LIKE, username, added: is_liked, count: like_count }), like_count,
      is_liked: username === state.me.username ? is_liked : message.is_liked,
    })),

  reaction_update: (state, { id, chat_id, ...change }) =>
    changeMessage(state, { id, chat_id }, (message) => reacted(message, change)),
};
