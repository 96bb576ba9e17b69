// What the client knows, as plain data: the shapes of the store. The wire's shapes keep the wire's names. Only words: no module loads this one.

/** @typedef {{id: string, username: string, display_name: string, avatar_url: ?string, bio: string, role: string,
 *   is_online: boolean, last_activity: string, locale?: ?string}} User */

/** @typedef {{id: string, chat_id: string, seq: number, rev: number, content: string, html: string, date: string,
 *   sender: string, sender_id: string, client_id: ?string, edited_at: ?string, is_deleted: boolean,
 *   is_read: boolean, is_liked: boolean, like_count: number,
 *   reactions: {emoji: string, count: number, usernames: string[]}[], attachments: Attachment[], pinned_at: ?string, pinned_by: ?string}} Message */

/** A file of a message. `width` and `height` are those of a picture.
 * @typedef {{id: string, filename: string, mime: string, size: number, width: ?number, height: ?number, url: string,
 *   thumbnail_url: ?string}} Attachment */

/** A file that was chosen for a message. `preview` is an address within this page; `attachment` is there once it is
 * done, until when the server keeps it in ms.
 * @typedef {{key: string, name: string, size: number, preview: ?string, state: 'waiting'|'sending'|'done'|'failed',
 *   percent: number, code: ?string, attachment: ?Attachment, until?: number}} Upload */

/** What a message says since `date`, or said until it was edited.
 * @typedef {{content: string, html: string, date: string}} Version */

/** @typedef {{id: string, kind: 'room'|'direct', name: ?string, topic: string, is_private: boolean, slow_mode: number, owner: ?string,
 *   username: ?string, is_online: ?boolean, member_count: number, role: ?string, last_seq: number,
 *   last_read_seq: number, unread_count: number, last_message: ?Message, notify: 'all'|'mentions'|'none',
 *   created_at: string}} Conversation */

/** A message of one's own that the server has not confirmed yet.
 * @typedef {{client_id: string, chat_id: string, content: string, timestamp: string, attachments?: Attachment[],
 *   state: 'queued'|'failed', code: ?string}} Pending */

/** A contiguous window of a conversation's messages, oldest first. `late` holds what arrived live while a page was
 * on its way; `divider_seq` is where the unread ones began when the conversation was opened.
 * @typedef {{messages: Message[], loaded: boolean, at_start: boolean, at_end: boolean,
 *   loading: ?('newest'|'before'|'after'|'around'), late: Message[], divider_seq: ?number,
 *   target_seq: ?number, failed?: boolean}} Timeline `failed`: a page could not be had */

/** @typedef {{id: string, action: string, data: Object, is_read: boolean, date: string}} Notification */

/** @typedef {{game_speed?: 'slow'|'medium'|'fast', ranked?: boolean, cool_mode?: boolean, score_to_win?: number,
 *   time_limit?: number}} GameOptions `time_limit` in minutes */

/** From `username` to `to`. `outcome` is null while it waits; `hidden` once nothing of it is shown.
 * @typedef {{invite_id: string, username: string, to: string, client_id: string, options: GameOptions,
 *   expires_at: string, outcome: ?string, hidden: boolean, answering?: boolean}} Invite */

/** @typedef {{id: string, players: string[], client_id: string, options: GameOptions, url: string,
 *   state: 'on'|'finished'|'abandoned', winner: ?string, scores: ?Object<string, number>, started_at?: string,
 *   finished_at?: ?string, hidden?: boolean}} Game */

/** @typedef {{id: string, name: string, organizer: string, organizer_id: string,
 *   state: 'open'|'started'|'canceled', players: string[], player_count: number, created_at: string,
 *   started_at: ?string}} Tournament */

/** How this device tells of messages. `hours`: nothing sounds between `from` and `to`, written 22:00; `quiet_until`: nor
 * until then, in ms.
 * @typedef {{desktop: boolean, sound: boolean, hours: boolean, from: string, to: string, quiet_until: ?number}} Telling */

/** A command that a program answers.
 * @typedef {{name: string, description: string, hint: string, bot: string}} Command */

/** What a program told this person alone, in answer to a command.
 * @typedef {{key: number, id: string, chat_id: string, name: string, sender: string, sender_id: string, shown_as: ?string,
 *   content: string, html: string, date: string}} Whisper */

/** `under` is the dialog that this one was opened from, and that comes back when it closes.
 * @typedef {{name: string, under: ?Dialog, [prop: string]: any}} Dialog */

/** @typedef {{name: 'loading'|'welcome'|'conversation'|'create_room'|'preview'|'missing'|'notifications'|'friends'|'search'
 *   |'tournaments'|'game'|'admin', chat_id?: string, conversation?: Conversation, at?: ?number, what?: string, id?: ?string,
 *   everyone?: boolean, tab?: string}} View */

/** `recalled`: what shows was kept in this browser, and the server has not been heard since. `news`: a newer version of
 * the client waits. `slowed`: until when one is quiet in a slow room, in ms.
 * @typedef {{
 *   phase: 'starting'|'signed_out'|'signed_in', ready: boolean, route: import('../router.js').Route, view: View,
 *   server: ?Object, server_name: ?string, invitation: ?Object, me: ?User, locale: string, theme: string, density: 'roomy'|'compact', limits: {content_chars: number, upload_bytes: ?number,
 *   typing_seconds: number},
 *   connection: {status: 'idle'|'connecting'|'online'|'waiting'|'offline'}, cursor: ?number,
 *   conversations: Object<string, Conversation>, timelines: Object<string, Timeline>, pending: Pending[],
 *   slowed: Object<string, number>, uploads: Object<string, Upload[]>, awaited: Object<string, ?string>,
 *   users: Object<string, User>, online: Object<string, true>, members: Object<string, string[]>,
 *   friends: ?{friends: string[], incoming: string[], outgoing: string[]}, blocks: ?string[],
 *   notifications: {list: ?Notification[], at_end: boolean, unread: number},
 *   search: {q: string, hits: ?(Message & {snippet: string})[], at_end: boolean, busy: boolean},
 *   mentions: Object<string, string>, invites: Object<string, Invite>, games: Object<string, Game>, game: ?string,
 *   tournaments: ?Object<string, Tournament>,
 *   commands: ?Command[], whispers: Whisper[],
 *   typing: Object<string, Object<string, number>>, editing: ?string, replying: Object<string, ?Message>, dialog: ?Dialog, notice: ?Object,
 *   telling: Telling, permission: 'default'|'granted'|'denied'|'unsupported', quiet: boolean,
 *   push: 'on'|'off'|'denied'|'failed'|'unsupported', recalled: boolean, news: boolean,
 *   emoji: {list: ?import('./emoji.js').Emoji[], failed: boolean, recent: string[]},
 *   found: {rooms: ?Conversation[], people: ?User[], sessions: ?Object[], pins: ?Message[], versions: ?Version[]},
 *   everyone: {q: string, online: boolean, usernames: ?string[], more?: boolean}, form_error: ?Object, admin: Object<string, any>,
 *   at_bottom: boolean, focused: boolean}} State */
