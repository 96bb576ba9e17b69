// Running the programs that are people here; joins what administrators do.

const path = (...rest) => ['/api/admin/bots', ...rest.map(encodeURIComponent)].join('/');

export function botActions(app) {
  const { store, api } = app;
  const read = async () => store.dispatch({ type: 'admin_known', part: 'bots', value: await api.get(`${path()}?limit=100`) });

  /** A form's task; gives what came of it, nothing where it was refused. */
  async function made(form, task) {
    let result = null;
    await app.attempt(form, async () => {
      result = await task();
      await read();
    });
    return result;
  }

  return {
    loadBots: read,
    makeBot: (wanted) => made('bot', () => api.post(path(), wanted)),
    openBot: (username) => app.actions.openDialog('bot', { username }),
    makeBotToken: (username, wanted) => made('bot_token', () => api.post(path(username, 'tokens'), wanted)),
    revokeBotToken: (username, id) =>
      app.tryTo(async () => {
        await api.delete(path(username, 'tokens', id));
        await read();
      }),
    deleteBot: (username) =>
      app.tryTo(async () => {
        await api.delete(path(username));
        await read();
      }),
  };
}
