// Commands that programs answer, whole: asking joins what everyone can do, and answers are drawn among what was said.

import { askingActions } from './actions/asking.js';
import { mountWhispers } from './views/whispers.js';

export function joinCommands(store, actions, app) {
  Object.assign(actions, askingActions(app));
  mountWhispers(store, actions);
}
