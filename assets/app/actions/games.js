// Playing: inviting, answering, and the result. Invitations go over the socket; what comes of one is told there too,
// and a refusal carries the `ref` of what was refused.

import { newClientId } from '../models/client_id.js';

export function gameActions(app) {
  const { store, api, socket } = app;
  const asked = new Map(); // ref → what to do when it is refused

  const refuse = (error) => store.dispatch({ type: 'notice', notice: { kind: 'error', ...error } });

  /** Sends a request; where there is no connection, says so. */
  function ask(action, data, refused = refuse) {
    const ref = `game:${newClientId()}`;
    if (!socket.online || !socket.send(action, data, ref)) {
      refused({ code: 'network' });
      return;
    }
    asked.set(ref, refused);
  }

  return {
    /** An error frame: whether it was about one of these requests. */
    requestRefused(ref, { code, message, fields }) {
      const refused = asked.get(ref);
      asked.delete(ref);
      refused?.({ code, message, fields });
      return Boolean(refused);
    },
    forgetRequests() {
      asked.clear();
      for (const { invite_id, answering } of Object.values(store.state.invites)) {
        if (answering) store.dispatch({ type: 'invite_answering', invite_id, answering: false });
      }
    },

    openInvite: (username) => app.actions.openDialog('invite', { username }),

    invite(username, { game_speed, score_to_win, time_limit, ranked, cool_mode }) {
      const options = { game_speed, ranked, cool_mode, score_to_win: Number(score_to_win), time_limit: Number(time_limit) };
      store.dispatch({ type: 'form_refused', form: 'invite', error: null });
      ask('game_invite', { username, client_id: newClientId(), options }, (error) =>
        store.dispatch({ type: 'form_refused', form: 'invite', error }));
    },

    refuseForm: (form, fields) => store.dispatch({ type: 'form_refused', form, error: { code: 'invalid', fields } }),

    /** One's own invitation is under way, so the form has done its work. */
    inviteSent({ username, to }) {
      const { dialog, me } = store.state;
      if (username === me.username && dialog?.name === 'invite' && dialog.username === to) {
        store.dispatch({ type: 'dialogs_closed' });
      }
    },

    answerInvite({ invite_id, username }, accept) {
      const answering = (is) => store.dispatch({ type: 'invite_answering', invite_id, answering: is });
      answering(true);
      ask('reply_game_invite', { username, accept }, (error) => {
        answering(false);
        refuse(error);
      });
    },

    cancelInvite({ invite_id, to }) {
      const answering = (is) => store.dispatch({ type: 'invite_answering', invite_id, answering: is });
      answering(true);
      ask('cancel_game_invite', { username: to }, (error) => {
        answering(false);
        refuse(error);
      });
    },

    hideInvite: (invite_id, hidden = true) => store.dispatch({ type: 'invite_hidden', invite_id, hidden }),
    hideGame: (id) => store.dispatch({ type: 'game_hidden', id }),

    /** @returns {Promise<?string>} what is missing, if the game is not there for this person */
    async loadGame(id) {
      try {
        store.dispatch({ type: 'game_known', game: await api.get(`/api/games/${encodeURIComponent(id)}`) });
        return null;
      } catch (error) {
        return error.status === 0 ? 'network' : 'game';
      }
    },

    /** Said where the game itself is not in sight. */
    gameOver({ id, players }) {
      const { view, me } = store.state;
      if (view.name === 'game' && view.id === id) return;
      const params = { name: players.find((username) => username !== me.username) };
      store.dispatch({ type: 'notice', notice: { kind: 'info', key: 'game.over_with', params } });
    },

    finishGame: (id, { winner, scores }) =>
      app.attempt('finish', async () => {
        try {
          const game = await api.post(`/api/games/${id}/finish`, { winner, ...(scores && { scores }) });
          store.dispatch({ frame: 'game_finished', data: { game } });
        } catch (error) {
          if (error.status === 409) await app.actions.loadGame(id); // the other player was faster
          throw error;
        }
      }),
  };
}
