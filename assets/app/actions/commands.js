// What a message that begins with a slash does.

export function commandActions(app) {
  const { store, api } = app;
  const say = (chat_id, content) => app.actions.send(chat_id, content);

  const doings = {
    me: (chat_id, rest) => rest && say(chat_id, `*${rest.replaceAll('*', '\\*')}*`),
    shrug: (chat_id, rest) => say(chat_id, `${rest} ¯\\\\\\_(ツ)\\_/¯`),
    topic: (chat_id, topic) =>
      app.tryTo(async () => {
        store.dispatch({ type: 'conversation_known', conversation: await api.patch(`/api/conversations/${chat_id}`, { topic }) });
      }),
    invite: (chat_id, rest) => rest && app.tryTo(() => app.actions.addMember(chat_id, rest.replace(/^@/, ''))),
  };

  return {
    /** @param {{word: string, rest: string}} command */
    perform: (chat_id, { word, rest }) => doings[word]?.(chat_id, rest),
  };
}
