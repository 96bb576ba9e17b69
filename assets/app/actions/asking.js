// Asking programs by commands, and hearing what they answer; joins what everyone can do once it is needed.

export function askingActions(app) {
  const { store, api } = app;
  let heard = 0;

  const isKnown = (name) => store.state.commands?.some((command) => command.name === name);

  return {
    /** What is typed stays where it was typed until somebody was asked, or it was said. */
    askTyped: (chat_id, text) =>
      app.tryTo(async () => {
        const [, typed, rest = ''] = /^\/(\S+)\s*([^]*)$/.exec(text.trim());
        const name = typed.toLowerCase();
        // One that was made just now must not be said aloud for that.
        if (!isKnown(name)) store.dispatch({ type: 'commands_known', commands: await api.get('/api/commands?limit=100') });
        if (!isKnown(name)) return app.actions.send(chat_id, text);
        await api.post(`/api/conversations/${chat_id}/commands`, { name, text: rest });
        const timeline = store.state.timelines[chat_id];
        if (timeline?.loaded && !timeline.at_end) app.actions.loadNewest(chat_id); // where the answer will stand
      }),

    whisper: (told) => store.dispatch({ type: 'whispered', whisper: { ...told, key: (heard += 1) } }),
    dismissWhisper: (key) => store.dispatch({ type: 'whisper_dismissed', key }),
  };
}
