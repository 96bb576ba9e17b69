// The hooks of a room, for who runs it. They are read when their dialog opens.

const path = (chat_id, ...rest) => [`/api/rooms/${chat_id}/hooks`, ...rest].join('/');

export function hookActions(app) {
  const { store, api } = app;
  const read = async (chat_id) =>
    store.dispatch({ type: 'admin_known', part: 'hooks', value: { chat_id, list: await api.get(`${path(chat_id)}?limit=100`) } });

  return {
    loadHooks: (chat_id) => app.tryTo(() => read(chat_id)),

    /** Gives the hook with its secrets; nothing where it was refused. */
    async makeHook(chat_id, wanted) {
      let made = null;
      await app.attempt('hook', async () => {
        made = await api.post(path(chat_id), wanted);
        await read(chat_id);
      });
      return made;
    },

    deleteHook: (chat_id, id) =>
      app.tryTo(async () => {
        await api.delete(path(chat_id, id));
        await read(chat_id);
      }),
  };
}
