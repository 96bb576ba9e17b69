// Whether a message that has just come is one that its reader wants to be told of. Pure.

/** The name that calls everyone in a room. */
const EVERYONE = 'room';

const calls = ({ me }, { mentions = [] }) =>
  mentions.some((name) => name === EVERYONE || name.toLowerCase() === me.username.toLowerCase());

/**
 * @param {import('./types.js').State} state with the message in it
 * @param {import('./types.js').Message} message
 */
export function isWorthTelling(state, message) {
  const conversation = state.conversations[message.chat_id];
  if (!conversation || message.sender_id === state.me?.id || message.is_deleted) return false;
  if (message.seq <= conversation.last_read_seq) return false;
  if (state.focused && state.view.chat_id === message.chat_id) return false;
  return conversation.notify === 'all' || (conversation.notify === 'mentions' && calls(state, message));
}
