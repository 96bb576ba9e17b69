// The tournaments, by id; `null` until someone asks for them.

/** @typedef {import('./types.js').State} State */

const put = (state, tournament) => ({ ...state, tournaments: { ...state.tournaments, [tournament.id]: tournament } });

/** @type {Object<string, (state: State, data: any) => State>} */
export const frames = {
  resumed: (state, { complete }) => (complete ? state : { ...state, tournaments: null }),
  tournament_updated: (state, { tournament }) => (state.tournaments ? put(state, tournament) : state),
};

export const locals = {
  tournaments_known: (state, { list }) => ({
    ...state, tournaments: Object.fromEntries(list.map((tournament) => [tournament.id, tournament])),
  }),
  tournament_known: (state, { tournament }) => put(state, tournament),
};
