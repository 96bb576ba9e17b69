// Everything a person can do, by name. Views call these and nothing else; each turns a wish into calls of the server
// and events of the store.

import { conversationActions } from './actions/conversations.js';
import { commandActions } from './actions/commands.js';
import { emojiActions } from './actions/emoji.js';
import { gameActions } from './actions/games.js';
import { installedActions } from './actions/installed.js';
import { messageActions } from './actions/messages.js';
import { navigationActions } from './actions/navigation.js';
import { notificationActions } from './actions/notifications.js';
import { peopleActions } from './actions/people.js';
import { pinActions } from './actions/pins.js';
import { searchActions } from './actions/search.js';
import { sessionActions } from './actions/session.js';
import { settingsActions } from './actions/settings.js';
import { tellingActions } from './actions/telling.js';
import { uploadActions } from './actions/uploads.js';
import { ApiError } from './net/api.js';

/** @param {{store: Object, api: Object, socket: Object, outbox: Object, uploads: Object, router: Object}} app */
export function createActions(app) {
  const { store } = app;

  /** Does `task`; what the server refuses is shown in the form of that name. Tells whether it was done. */
  app.attempt = async (form, task) => {
    store.dispatch({ type: 'form_refused', form, error: null });
    try {
      await task();
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const { code, message, fields } = error;
      store.dispatch({ type: 'form_refused', form, error: { code, message, fields } });
      return false;
    }
  };

  /** The same without a form: the refusal is a notice. */
  app.tryTo = async (task) => {
    try {
      await task();
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const { code, message } = error;
      store.dispatch({ type: 'notice', notice: { kind: 'error', code, message } });
      return false;
    }
  };

  return {
    ...sessionActions(app),
    ...navigationActions(app),
    ...conversationActions(app),
    ...messageActions(app),
    ...pinActions(app),
    ...emojiActions(app),
    ...commandActions(app),
    ...peopleActions(app),
    ...notificationActions(app),
    ...gameActions(app),
    ...searchActions(app),
    ...settingsActions(app),
    ...tellingActions(app),
    ...uploadActions(app),
    ...installedActions(app),
  };
}
