// The settings, whole: what is done there alone joins what everyone can do, and their dialog is drawn.

import { avatarActions } from './actions/avatar.js';
import { mountSettings } from './views/settings.js';

export function joinSettings(store, actions, app) {
  Object.assign(actions, avatarActions(app));
  mountSettings(store, actions);
}
