// What the client knows, as plain data: the shapes of the store. The wire's shapes keep the wire's names.

/** @typedef {{id: string, username: string, display_name: string, avatar_url: ?string, bio: string, role: string,
 *   is_online: boolean, last_activity: string, locale?: ?string}} User */

/** @typedef {{id: string, chat_id: string, seq: number, rev: number, content: string, html: string, date: string,
 *   sender: string, sender_id: string, client_id: ?string, edited_at: ?string, is_deleted: boolean,
 *   is_read: boolean}} Message */

/** @typedef {{id: string, kind: 'room'|'direct', name: ?string, topic: string, is_private: boolean, owner: ?string,
 *   username: ?string, is_online: ?boolean, member_count: number, role: ?string, last_seq: number,
 *   last_read_seq: number, unread_count: number, last_message: ?Message, notify: string,
 *   created_at: string}} Conversation */

/** A message of one's own that the server has not confirmed yet.
 * @typedef {{client_id: string, chat_id: string, content: string, timestamp: string, state: 'queued'|'failed',
 *   code: ?string}} Pending */

/** A contiguous window of a conversation's messages, oldest first. `late` holds what arrived live while a page was
 * on its way; `divider_seq` is where the unread ones began when the conversation was opened.
 * @typedef {{messages: Message[], loaded: boolean, at_start: boolean, at_end: boolean,
 *   loading: ?('newest'|'before'|'after'|'around'), late: Message[], divider_seq: ?number,
 *   target_seq: ?number}} Timeline */

/** @typedef {{name: string, [prop: string]: any}} Dialog */

/** @typedef {{name: 'loading'|'welcome'|'conversation'|'create_room'|'preview'|'missing', chat_id?: string,
 *   conversation?: Conversation, what?: string}} View */

/** @typedef {{
 *   phase: 'starting'|'signed_out'|'signed_in', ready: boolean, route: import('../router.js').Route, view: View,
 *   server: ?Object, me: ?User, locale: string, theme: string, limits: {content_chars: number, typing_seconds: number},
 *   connection: {status: 'idle'|'connecting'|'online'|'waiting'|'offline'}, cursor: ?number,
 *   conversations: Object<string, Conversation>, timelines: Object<string, Timeline>, pending: Pending[],
 *   users: Object<string, User>, online: Object<string, true>, members: Object<string, string[]>,
 *   typing: Object<string, Object<string, number>>, editing: ?string, dialog: ?Dialog, notice: ?Object,
 *   found: {rooms: ?Conversation[], people: ?User[], sessions: ?Object[]}, form_error: ?Object,
 *   at_bottom: boolean, focused: boolean}} State */

/** @returns {State} */
export const emptyState = () => ({
  phase: 'starting', ready: false, route: { name: 'home' }, view: { name: 'loading' },
  server: null, me: null, locale: 'en', theme: 'system', limits: { content_chars: 4000, typing_seconds: 6 },
  connection: { status: 'idle' }, cursor: null,
  conversations: {}, timelines: {}, pending: [],
  users: {}, online: {}, members: {},
  typing: {}, editing: null, dialog: null, notice: null,
  found: { rooms: null, people: null, sessions: null }, form_error: null,
  at_bottom: true, focused: true,
});
