// Tournaments: seeing them, calling one, and what may be done with it.

const MOST = 100;

export function tournamentActions(app) {
  const { store, api, router } = app;
  const know = (tournament) => store.dispatch({ type: 'tournament_known', tournament });
  const path = (id) => `/api/tournaments/${encodeURIComponent(id)}`;

  const confirm = (words, { id, name }, action) =>
    app.actions.openDialog('confirm', { ...words, params: { name }, then: [action, id] });

  const act = (verb) => (id) =>
    app.tryTo(async () => {
      try {
        know(await api.post(`${path(id)}/${verb}`));
      } catch (error) {
        if (error.status === 409) know(await api.get(path(id))); // it has changed meanwhile
        throw error;
      }
    });

  return {
    loadTournaments: () =>
      app.tryTo(async () =>
        store.dispatch({ type: 'tournaments_known', list: await api.get(`/api/tournaments?limit=${MOST}`) })),

    /** One that is not among those listed. @returns {Promise<?string>} what is missing, if it is not there */
    async loadTournament(id) {
      try {
        know(await api.get(path(id)));
        return null;
      } catch (error) {
        return error.status === 0 ? 'network' : 'tournament';
      }
    },

    createTournament: ({ name }) =>
      app.attempt('tournament', async () => {
        const tournament = await api.post('/api/tournaments', { name: name.trim() });
        know(tournament);
        router.go(`/tournaments/${tournament.id}`);
      }),

    joinTournament: act('join'),
    leaveTournament: act('leave'),
    startTournament: act('start'),
    cancelTournament: act('cancel'),
    confirmStartTournament(tournament) {
      const words = { title: 'tournaments.start_title', body: 'tournaments.start_body', yes: 'tournaments.start' };
      confirm({ ...words, mild: true }, tournament, 'startTournament');
    },
    confirmCancelTournament(tournament) {
      const words = { title: 'tournaments.cancel_title', body: 'tournaments.cancel_body', yes: 'tournaments.cancel' };
      confirm(words, tournament, 'cancelTournament');
    },
  };
}
