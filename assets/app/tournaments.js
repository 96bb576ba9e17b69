// Tournaments, whole: what is done there joins what everyone can do, and their page is drawn.

import { tournamentActions } from './actions/tournaments.js';
import { mountTournaments } from './views/tournaments.js';

export function joinTournaments(store, actions, app) {
  Object.assign(actions, tournamentActions(app));
  mountTournaments(store, actions);
}
