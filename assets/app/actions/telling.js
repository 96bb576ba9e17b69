// How this device tells of messages: by notifications of the system, by a sound, not at all for a while. Kept on this
// device; a browser is asked for its permission only when somebody switches notifications on.

import { HOUR_MS, isQuiet, tomorrowMorning } from '../models/quiet.js';
import { storage } from '../net/storage.js';
import { emptyState } from '../state/empty.js';

const KEY = 'telling';

export function tellingActions(app) {
  const { store } = app;
  const permission = () => (globalThis.Notification && isSecureContext ? Notification.permission : 'unsupported');

  function change(changes) {
    const telling = { ...store.state.telling, ...changes };
    storage.set(KEY, JSON.stringify(telling));
    store.dispatch({ type: 'telling', telling });
    actions.checkQuiet();
    if (!('sound' in changes || 'desktop' in changes)) app.actions.checkPush(); // it is quiet there at the same times
  }

  const actions = {
    recallTelling() {
      let kept = {};
      try {
        kept = JSON.parse(storage.get(KEY) ?? '{}');
      } catch {
        // Written by something else: as if nothing had been chosen.
      }
      store.dispatch({ type: 'telling', telling: { ...emptyState().telling, ...kept } });
      actions.checkQuiet();
      actions.checkPermission();
    },

    checkQuiet: () => store.dispatch({ type: 'quiet', quiet: isQuiet(store.state.telling, Date.now()) }),
    checkPermission: () => store.dispatch({ type: 'permission', permission: permission() }),

    async tellOnDesktop(desktop) {
      if (desktop && permission() === 'default') await Notification.requestPermission();
      actions.checkPermission();
      change({ desktop: desktop && permission() === 'granted' });
    },

    /** It comes when it is first heard; where it cannot be had, nothing else is lost. */
    chime: () => import('../models/sound.js').then(({ chime }) => chime(), () => {}),

    tellBySound(sound) {
      change({ sound });
      if (sound) app.actions.chime(); // so that one knows it
    },

    /** @param {{hours?: boolean, from?: string, to?: string}} changes */
    setQuietHours: (changes) => change(changes),

    /** @param {'hour'|'tomorrow'|'end'} choice */
    beQuiet(choice) {
      const until = { hour: Date.now() + HOUR_MS, tomorrow: tomorrowMorning(Date.now()), end: null };
      change({ quiet_until: until[choice] });
    },
  };
  return actions;
}
