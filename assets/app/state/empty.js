// What the client knows before it has heard anything.

/** @returns {import('./types.js').State} */
export const emptyState = () => ({
  phase: 'starting', ready: false, route: { name: 'home' }, view: { name: 'loading' },
  server: null, server_name: null, invitation: null, me: null, locale: 'en', theme: 'system', density: 'roomy', limits: { content_chars: 4000, upload_bytes: null, typing_seconds: 6 },
  connection: { status: 'idle' }, cursor: null,
  conversations: {}, timelines: {}, pending: [], slowed: {}, uploads: {}, awaited: {},
  users: {}, online: {}, members: {}, friends: null, blocks: null,
  search: { q: '', hits: null, at_end: false, busy: false },
  notifications: { list: null, at_end: false, unread: 0 }, mentions: {}, invites: {}, games: {}, game: null, tournaments: null,
  commands: null, whispers: [],
  typing: {}, editing: null, replying: {}, dialog: null, notice: null,
  telling: { desktop: false, sound: false, hours: false, from: '22:00', to: '07:00', quiet_until: null },
  permission: 'default', quiet: false, push: 'unsupported', recalled: false, news: false,
  emoji: { list: null, failed: false, recent: [] },
  found: { rooms: null, people: null, sessions: null, pins: null, versions: null },
  everyone: { q: '', online: false, usernames: null }, admin: {},
  form_error: null, at_bottom: true, focused: true,
});
