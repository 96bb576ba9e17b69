// The administration, whole: what is done there joins what everyone can do, and its page is drawn.

import { adminActions } from './actions/admin.js';
import { adminCommandActions } from './actions/admin_commands.js';
import { botActions } from './actions/bots.js';
import { mountAdmin } from './views/admin.js';

export function joinAdmin(store, actions, app) {
  Object.assign(actions, adminActions(app), botActions(app), adminCommandActions(app));
  mountAdmin(store, actions);
}
