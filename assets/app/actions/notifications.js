// What happened that concerns this person: seeing it, and having seen it.

const PAGE = 30;

export function notificationActions(app) {
  const { store, api } = app;

  async function load(offset, fresh) {
    const list = await api.get(`/api/notifications/?limit=${PAGE}&offset=${offset}`);
    store.dispatch({ type: 'notifications_known', list, at_end: list.length < PAGE, fresh });
  }

  return {
    loadNotifications: () => app.tryTo(() => load(0, true)),

    loadOlderNotifications: () => app.tryTo(() => load(store.state.notifications.list.length, false)),

    readNotification(id) {
      const { list, unread } = store.state.notifications;
      if (!list?.some((notification) => notification.id === id && !notification.is_read)) return;
      app.tryTo(async () => {
        await api.post(`/api/notifications/${id}/read`);
        const still = store.state.notifications;
        // Its own event may have come first, with the server's count.
        const unread_count = still.unread === unread ? Math.max(0, unread - 1) : still.unread;
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
