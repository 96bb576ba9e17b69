// What happened that concerns this person, newest first, and how much of it is unread. The counts are the server's.

/** @typedef {import('./types.js').State} State */

const put = (state, changes) => ({ ...state, notifications: { ...state.notifications, ...changes } });

/** Both lists as one, newest first, each entry once; of an entry in both, the newer telling. */
function merge(known, arrived) {
  const by_id = new Map([...known, ...arrived].map((notification) => [notification.id, notification]));
  return [...by_id.values()].sort((a, b) => b.date.localeCompare(a.date) || b.id.localeCompare(a.id));
}

/** Where each unread mention stands, by the notification that tells of it. */
const mentionsIn = (list) =>
  Object.fromEntries(list.filter(({ action, is_read }) => action === 'mention' && !is_read).map(({ id, data }) => [id, data.chat_id]));

const without = (mentions, id) => (id === null ? {} : Object.fromEntries(Object.entries(mentions).filter(([key]) => key !== id)));

/** @type {Object<string, (state: State, data: any) => State>} */
export const frames = {
  hello: (state, { notifications_unread = 0 }) => put(state, { unread: notifications_unread }),
  resumed: (state, { complete }) => (complete ? state : put(state, { list: null, at_end: false })),

  notification_added(state, { notification, unread_count }) {
    const { list } = state.notifications;
    const next = put(state, { unread: unread_count, list: list && merge(list, [notification]) });
    return { ...next, mentions: { ...next.mentions, ...mentionsIn([notification]) } };
  },
  notification_read(state, { id, unread_count }) {
    const read = (notification) => (id === null || notification.id === id ? { ...notification, is_read: true } : notification);
    const next = put(state, { unread: unread_count, list: state.notifications.list?.map(read) ?? null });
    return { ...next, mentions: without(next.mentions, id) };
  },
};

export const locals = {
  mentions_known: (state, { list }) => ({ ...state, mentions: mentionsIn(list) }),
  notifications_known: (state, { list, at_end, fresh }) =>
    put(state, { list: merge(fresh ? [] : state.notifications.list ?? [], list), at_end }),
};
