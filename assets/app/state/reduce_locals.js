// What this side changes: where the person is, what they opened, pages that arrived, messages on their way.

import { answered, put, putConversation, dropConversation } from './reduce_frames.js';
import { paced, slowedDown } from './pace.js';
import { withoutSent } from './reduce_uploads.js';
import { addPage, emptyTimeline } from './timelines.js';
import { emptyState } from './empty.js';

const timelineOf = (state, chat_id) => state.timelines[chat_id] ?? emptyTimeline();

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** @type {Object<string, (state: import('./types.js').State, event: any) => import('./types.js').State>} */
export const locals = {
  server_known: (state, { server }) => ({ ...state, server, server_name: server.name }),
  signed_in: (state, { user }) => ({ ...state, phase: 'signed_in', me: user, form_error: null, notice: null }),
  signed_out(state, { notice = null }) {
    const { server, server_name, locale, theme, density, route, focused, emoji, telling, permission, quiet, push, news } = state;
    const kept = { server, server_name, locale, theme, density, route, focused, emoji, telling, permission, quiet, push, news };
    return { ...emptyState(), ...kept, phase: 'signed_out', notice };
  },
  me_known: (state, { user }) => ({
    ...state, me: { ...state.me, ...user }, users: { ...state.users, [user.username]: user },
  }),
  preference: (state, { name, value }) => ({ ...state, [name]: value }),

  route_changed: (state, { route }) => ({ ...state, route, dialog: null, editing: null, form_error: null }),
  view_changed: (state, { view }) => (same(view, state.view) ? state : { ...state, view, editing: null }),
  dialog_opened: (state, { dialog }) => ({ ...state, dialog, form_error: null }),
  /** The uppermost one; what lies under it is as it was left. */
  dialog_closed: (state) => {
    const dialog = state.dialog?.under ?? null;
    return { ...state, dialog, form_error: null, found: dialog ? state.found : { ...state.found, ...emptyState().found } };
  },
  dialogs_closed: (state) => ({ ...state, dialog: null, form_error: null, found: emptyState().found }),
  form_refused: (state, { form, error }) => ({ ...state, form_error: error && { form, ...error } }),
  notice: (state, { notice }) => ({ ...state, notice }),
  found: (state, { type, ...found }) => ({ ...state, found: { ...state.found, ...found } }),

  connection: (state, { status }) =>
    status === state.connection.status ? state : { ...state, connection: { status } },
  focus: (state, { focused }) => (focused === state.focused ? state : { ...state, focused }),
  at_bottom: (state, { at_bottom }) => (at_bottom === state.at_bottom ? state : { ...state, at_bottom }),
  editing: (state, { message_id }) => ({ ...state, editing: message_id }),
  replying: (state, { chat_id, message }) => put(state, 'replying', chat_id, message),

  conversation_known: (state, { conversation }) => putConversation(state, conversation),
  conversation_gone: (state, { chat_id }) => dropConversation(state, chat_id),
  users_known: (state, { users }) => ({
    ...state, users: { ...state.users, ...Object.fromEntries(users.map((user) => [user.username, user])) },
  }),
  members_known: (state, { chat_id, usernames }) => put(state, 'members', chat_id, usernames),

  /** A conversation is opened: the line between read and unread is drawn where it is now, and stays there. */
  conversation_opened(state, { chat_id, at = null }) {
    const { unread_count, last_read_seq } = state.conversations[chat_id];
    const divider_seq = unread_count > 0 ? last_read_seq : null;
    const had = timelineOf(state, chat_id);
    // Whoever left while reading far back, or follows a link, does not begin where they were.
    const timeline = had.at_end && !at ? had : emptyTimeline();
    const next = put(state, 'timelines', chat_id, { ...timeline, divider_seq, target_seq: null });
    return { ...next, view: { name: 'conversation', chat_id }, at_bottom: true, editing: null };
  },
  page_asked: (state, { chat_id, where }) =>
    put(state, 'timelines', chat_id, { ...timelineOf(state, chat_id), loading: where, late: [] }),
  page_failed: (state, { chat_id }) =>
    state.timelines[chat_id]
      ? put(state, 'timelines', chat_id, { ...state.timelines[chat_id], loading: null, late: [], failed: true })
      : state,
  page_came(state, { chat_id, where, messages, target_seq }) {
    const timeline = state.timelines[chat_id];
    const conversation = state.conversations[chat_id];
    // Left, or dropped for a fresh start, while the page was on its way.
    if (!conversation || timeline?.loading !== where) return state;
    const next = addPage(timeline, where, messages, conversation.last_seq);
    const known = messages.reduce((next, message) => answered(paced(next, message), message), state);
    return put(known, 'timelines', chat_id, target_seq ? { ...next, target_seq } : next);
  },
  read(state, { chat_id, seq }) {
    const conversation = state.conversations[chat_id];
    if (!conversation || seq <= conversation.last_read_seq) return state;
    const unread_count = seq >= conversation.last_seq ? 0 : conversation.unread_count;
    return put(state, 'conversations', chat_id, { ...conversation, last_read_seq: seq, unread_count });
  },

  slowed: slowedDown,
  pending: (state, { pending }) => (same(pending, state.pending) ? state : pending.reduce(withoutSent, { ...state, pending })),
  typing_expired(state, { now }) {
    const typing = {};
    let changed = false;
    for (const [chat_id, people] of Object.entries(state.typing)) {
      const still = Object.entries(people).filter(([, until]) => until > now);
      changed ||= still.length !== Object.keys(people).length;
      if (still.length) typing[chat_id] = Object.fromEntries(still);
    }
    return changed ? { ...state, typing } : state;
  },
};
