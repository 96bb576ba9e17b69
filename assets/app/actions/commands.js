// What a message that begins with a slash does.

import { commandIn } from '../models/commands.js';
import { writeDraft } from '../models/drafts.js';

const FRESH_MS = 60_000;

export function commandActions(app) {
  const { store, api } = app;
  const send = (chat_id, content) => app.actions.send(chat_id, content);
  let known = {}; // when, and by whom, it was asked which programs there are, and what comes of that

  const doings = {
    me: (chat_id, rest) => rest && send(chat_id, `*${rest.replaceAll('*', '\\*')}*`),
    shrug: (chat_id, rest) => send(chat_id, `${rest} ¯\\\\\\_(ツ)\\_/¯`),
    topic: (chat_id, topic) =>
      app.tryTo(async () => {
        store.dispatch({ type: 'conversation_known', conversation: await api.patch(`/api/conversations/${chat_id}`, { topic }) });
      }),
    invite: (chat_id, rest) => rest && app.tryTo(() => app.actions.addMember(chat_id, rest.replace(/^@/, ''))),
  };

  return {
    /** Sends what was written there, or does what it says. */
    say(chat_id, text) {
      const command = commandIn(text);
      if (command) doings[command.word]?.(chat_id, command.rest);
      else send(chat_id, text);
      writeDraft(store.state.me.id, chat_id, '');
    },

    /** Which commands programs answer, as of the last minute at most. Without an answer it is not known. */
    loadCommands(anew = false) {
      const who = store.state.me.id;
      if (anew || known.who !== who || Date.now() - known.at > FRESH_MS) {
        const coming = api.get('/api/commands?limit=100').then((commands) => store.dispatch({ type: 'commands_known', commands }));
        known = { who, at: Date.now(), coming: coming.catch(() => { known = {}; }) };
      }
      return known.coming;
    },

    /** Asks a program, or says what none answers. @returns {Promise<boolean>} whether that was done */
    ask: async (chat_id, text) => (await app.parts.bring('commands')) && app.actions.askTyped(chat_id, text),

    /** What a program tells this person alone. */
    hear: async (told) => (await app.parts.bring('commands')) && app.actions.whisper(told),
  };
}
