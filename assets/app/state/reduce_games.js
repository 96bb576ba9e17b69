// Invitations to play and the games that come of them. An invitation that has ended stays known with its `outcome`,
// so that being told of it again, after a reconnect, does not bring it back.

/** @typedef {import('./types.js').State} State */
/** @typedef {import('./types.js').Invite} Invite */

/** Outcomes that are worth a word; the others go quietly. */
const TOLD = new Set(['declined', 'canceled', 'expired', 'left', 'engaged']);

const putInvite = (state, invite) => ({ ...state, invites: { ...state.invites, [invite.invite_id]: invite } });

const putGame = (state, game) => ({
  ...state, games: { ...state.games, [game.id]: { ...state.games[game.id], ...game } },
});

/** @param {?string} outcome null: nothing is shown of it any more */
function end(state, invite_id, outcome) {
  const invite = state.invites[invite_id];
  if (!invite || invite.outcome) return state;
  return putInvite(state, { ...invite, answering: false, outcome: outcome ?? 'gone', hidden: !TOLD.has(outcome) });
}

const isMine = (state, { username }) => username === state.me.username;

function added(state, invite) {
  if (state.invites[invite.invite_id]) return state;
  // What came of the last one between the two is old news now.
  const same = (other) => other.outcome && other.username === invite.username && other.to === invite.to;
  const invites = Object.values(state.invites).map((other) => [other.invite_id, same(other) ? { ...other, hidden: true } : other]);
  return putInvite({ ...state, invites: Object.fromEntries(invites) }, { ...invite, outcome: null, hidden: false });
}

/** @type {Object<string, (state: State, data: any) => State>} */
export const frames = {
  hello(state, { invites = [], game = null }) {
    const pending = new Set(invites.map(({ invite_id }) => invite_id));
    let next = { ...state, game: game?.id ?? null };
    for (const { invite_id, outcome } of Object.values(state.invites)) {
      if (!outcome && !pending.has(invite_id)) next = end(next, invite_id, null);
    }
    for (const invite of invites) next = added(next, invite);
    return game ? putGame(next, game) : next;
  },
  game_invite: added,
  game_invite_canceled(state, { invite_id, reason }) {
    const mine = state.invites[invite_id] && isMine(state, state.invites[invite_id]);
    return end(state, invite_id, mine && reason === 'canceled' ? null : reason);
  },
  game_accepted: (state, { invite_id }) => end(state, invite_id, 'accepted'),
  game_declined: (state, { invite_id }) => end(state, invite_id, 'declined'),
  game_invite_answered: (state, { invite_id }) => end(state, invite_id, null),

  game_found(state, { game_id, players, client_id, options, url }) {
    // Told again after it was over, it is still over.
    if (state.games[game_id]) return state;
    const game = { id: game_id, players, client_id, options, url, state: 'on', winner: null, scores: null };
    return { ...putGame(state, game), game: game_id };
  },
  game_finished: (state, { game }) => ({
    ...putGame(state, game), game: state.game === game.id ? null : state.game,
  }),
};

export const locals = {
  game_known: (state, { game }) => putGame(state, game),
  game_hidden: (state, { id }) => putGame(state, { id, hidden: true }),
  invite_answering: (state, { invite_id, answering }) =>
    state.invites[invite_id] ? putInvite(state, { ...state.invites[invite_id], answering }) : state,
  invite_hidden: (state, { invite_id, hidden }) =>
    state.invites[invite_id] ? putInvite(state, { ...state.invites[invite_id], hidden }) : state,
  /** Nobody said that they ended, but their time is over: the connection may be gone. */
  invites_expired(state, { now }) {
    let next = state;
    for (const { invite_id, expires_at } of Object.values(state.invites)) {
      if (Date.parse(expires_at) < now) next = end(next, invite_id, 'expired');
    }
    return next;
  },
};
