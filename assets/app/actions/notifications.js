// What happened that concerns this person: seeing it, and having seen it.

const PAGE = 30;
const MOST = 100;

export function notificationActions(app) {
  const { store, api } = app;

  async function load(offset, fresh) {
    const list = await api.get(`/api/notifications/?limit=${PAGE}&offset=${offset}`);
    store.dispatch({ type: 'notifications_known', list, at_end: list.length < PAGE, fresh });
  }

  return {
    loadNotifications: () => app.tryTo(() => load(0, true)),

    /** Who called while one was away: the counts in the list of conversations tell it. */
    async loadMentions() {
      const any = store.state.notifications.unread > 0;
      const list = any ? await api.get(`/api/notifications/?unread=true&limit=${MOST}`).catch(() => null) : [];
      if (list) store.dispatch({ type: 'mentions_known', list });
    },

    loadOlderNotifications: () => app.tryTo(() => load(store.state.notifications.list.length, false)),

    readNotification(id) {
      const { list, unread } = store.state.notifications;
      const entry = list?.find((notification) => notification.id === id && !notification.is_read);
      if (!entry) return;
      app.tryTo(async () => {
        await api.post(`/api/notifications/${id}/read`);
        const still = store.state.notifications;
        // Its own event may have come first, with the server's count.
        const unread_count = still.unread === unread ? Math.max(0, unread - (entry.action !== 'direct_message')) : still.unread;
        store.dispatch({ frame: 'notification_read', data: { id, unread_count } });
      });
    },

    readAllNotifications: () =>
      app.tryTo(async () => {
        await api.post('/api/notifications/mark_all_as_read');
        store.dispatch({ frame: 'notification_read', data: { id: null, unread_count: 0 } });
      }),
  };
}
