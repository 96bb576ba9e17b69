// Making and editing commands that programs answer; joins what administrators do.

const PATH = '/api/admin/commands';

export function adminCommandActions(app) {
  const { store, api } = app;
  const read = async () => {
    store.dispatch({ type: 'admin_known', part: 'commands', value: await api.get(`${PATH}?limit=100`) });
    app.actions.loadCommands(true);
  };

  /** Gives what came of it, with its secret if that is new; nothing where it was refused. */
  const write = async (call) => {
    let written = null;
    await app.attempt('command', async () => {
      written = await call();
      await read();
    });
    return written;
  };

  return {
    loadAdminCommands: () => Promise.all([app.actions.loadBots(), read()]),
    makeCommand: (wanted) => write(() => api.post(PATH, wanted)),
    editCommand: (name, wanted) => write(() => api.patch(`${PATH}/${encodeURIComponent(name)}`, wanted)),
    deleteCommand: (name) =>
      app.tryTo(async () => {
        await api.delete(`${PATH}/${encodeURIComponent(name)}`);
        await read();
      }),
  };
}
