// Making commands that programs answer; joins what administrators do.

const PATH = '/api/admin/commands';

export function adminCommandActions(app) {
  const { store, api } = app;
  const read = async () => {
    store.dispatch({ type: 'admin_known', part: 'commands', value: await api.get(`${PATH}?limit=100`) });
    app.actions.loadCommands(true);
  };

  return {
    loadAdminCommands: () => Promise.all([app.actions.loadBots(), read()]),
    /** Gives what was made, with its secret; nothing where it was refused. */
    async makeCommand(wanted) {
      let made = null;
      await app.attempt('command', async () => {
        made = await api.post(PATH, wanted);
        await read();
      });
      return made;
    },
    deleteCommand: (name) =>
      app.tryTo(async () => {
        await api.delete(`${PATH}/${encodeURIComponent(name)}`);
        await read();
      }),
  };
}
