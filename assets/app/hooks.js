// What a room has to do with programs elsewhere, whole: what is done there joins what everyone can do, and its dialog is drawn.

import { hookActions } from './actions/hooks.js';
import { mountHooks } from './views/hooks.js';

export function joinHooks(store, actions, app) {
  Object.assign(actions, hookActions(app));
  mountHooks(store, actions);
}
