// Being told on this device while no page is open: by the browser's push service. Switched on here, device by device.
// `installed.js` calls it, which brings it when there is a service worker.

import { storage } from '../net/storage.js';

const KEY = 'push';

/** As a browser takes the server's key. */
const bytes = (key) => {
  const text = atob(key.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
};

export function pushActions(app) {
  const { store, api, worker } = app;
  const become = (push) => store.dispatch({ type: 'preference', name: 'push', value: push });
  const manager = () => (globalThis.Notification ? worker.registration?.pushManager : null);

  /** Quiet hours go with it: the server cannot ask the device when it is night there. */
  async function tellServer(subscription) {
    const { hours, from, to, quiet_until } = store.state.telling;
    const { endpoint, keys } = subscription.toJSON();
    const offset = -new Date().getTimezoneOffset();
    await api.put('/api/me/push', {
      endpoint, keys,
      quiet_hours: hours && from && to ? { from, to, offset } : null,
      quiet_until: quiet_until > Date.now() ? new Date(quiet_until).toISOString() : null,
    });
  }

  async function subscribe() {
    const { key } = await api.get('/api/push/key');
    const applicationServerKey = bytes(key);
    const options = { userVisibleOnly: true, applicationServerKey };
    try {
      return await manager().subscribe(options);
    } catch (error) {
      if (error.name !== 'InvalidStateError') throw error;
      // subscribed with the key of another server that was at this address
      await (await manager().getSubscription())?.unsubscribe();
      return manager().subscribe(options);
    }
  }

  const actions = {
    /** How it stands; and, where it is on, the server is told again: the clock may have changed, the address too. */
    async checkPush() {
      if (!manager()) return become('unsupported');
      if (Notification.permission === 'denied') return become('denied');
      if (storage.get(KEY) !== 'on' || Notification.permission !== 'granted') return become('off');
      if (store.state.phase !== 'signed_in' || !app.socket.online) return undefined;
      try {
        await tellServer(await subscribe());
        return become('on');
      } catch {
        return become('failed');
      }
    },

    async pushHere(on) {
      if (!manager()) return;
      if (on && Notification.permission === 'default') await Notification.requestPermission();
      app.actions.checkPermission();
      if (on) storage.set(KEY, 'on');
      else await actions.endPush();
      await actions.checkPush();
    },

    /** Not on this device any more. The server forgets it by itself when the session ends. */
    async endPush({ tell = true } = {}) {
      storage.set(KEY, null);
      const subscription = await manager()?.getSubscription();
      if (!subscription) return;
      const { endpoint } = subscription;
      await subscription.unsubscribe().catch(() => {});
      if (tell) await app.tryTo(() => api.delete('/api/me/push', { endpoint }));
    },
  };
  return actions;
}
