// A game's page: who plays, what was agreed, and its result, which either player may enter while it is on.

import { find, setAttribute, setText } from '../dom.js';
import { momentOf, t } from '../i18n.js';
import { avatarOf, displayName } from '../state/select.js';
import { onSubmit, showFormError } from './forms.js';
import { optionsText } from './options.js';
import { drawAvatar } from './person.js';

const STATES = { on: 'game.is_on', finished: 'game.is_finished', abandoned: 'game.is_abandoned' };

export function mountGame(store, actions) {
  const pane = find('#pane-game');
  const form = find('#finish-form');
  const sides = [...pane.querySelectorAll('.player')];
  let shown = null; // whose form it is, so that what is typed stays while the game is drawn again

  const gameOf = ({ view, games }) => (view.name === 'game' ? games[view.id] ?? null : null);

  onSubmit(form, (values) => {
    const wrong = wrongIn(values);
    if (wrong) return actions.refuseForm('finish', wrong);
    const { id, players } = gameOf(store.state);
    const winner = players[Number(values.winner)] ?? null;
    const typed = [values.score_0, values.score_1];
    const scores = typed.every(Boolean) ? Object.fromEntries(players.map((name, side) => [name, Number(typed[side])])) : null;
    return actions.finishGame(id, { winner, scores });
  });

  for (const side of sides) {
    find('.player-name', side).addEventListener('click', () =>
      actions.openPerson(gameOf(store.state).players[sides.indexOf(side)]));
  }

  store.watch((state) => [gameOf(state), state.users, state.me, state.locale], (state) => {
    const game = gameOf(state);
    if (!game) return;
    const over = game.state !== 'on';
    const names = game.players.map((username) => displayName(state, username));
    sides.forEach((side, index) => {
      const username = game.players[index];
      drawAvatar(find('.avatar', side), names[index], state.users[username]?.id ?? username, avatarOf(state, username));
      setText(find('.player-name', side), names[index]);
      setText(find('.player-score', side), game.scores ? String(game.scores[username] ?? '–') : '');
      side.classList.toggle('winner', over && game.winner === username);
      setText(find(`[data-side="${index}"]`, form), names[index]);
      setText(find(`[data-score="${index}"]`, form), t('game.score_of', { name: names[index] }));
    });
    setText(find('#game-state'), t(STATES[game.state]));
    setText(find('#game-result'), over ? resultText(state, game) : '');
    setText(find('#game-options'), optionsText(game.options ?? {}));
    setTime(find('#game-started'), 'game.since', game.started_at);
    setTime(find('#game-finished'), 'game.until', over ? game.finished_at : null);
    form.hidden = over;
    if (shown !== game.id) form.reset();
    shown = game.id;
  });

  store.watch(({ form_error, locale }) => [form_error, locale], ({ form_error }) => showFormError(form, 'finish', form_error));
}

/** What cannot be meant, by field: nobody chosen, one number of points alone, more points for who lost. */
function wrongIn({ winner, score_0, score_1 }) {
  if (!winner) return { winner: t('game.choose') };
  if (!score_0 !== !score_1) return { [score_0 ? 'score_1' : 'score_0']: t('game.both_points') };
  const lead = Number(score_0) - Number(score_1);
  const fits = winner === 'none' ? lead === 0 : winner === '0' ? lead >= 0 : lead <= 0;
  return fits ? null : { score_0: t('game.points_unfit') };
}

function resultText(state, { winner, state: how }) {
  if (winner) return winner === state.me.username ? t('game.you_won') : t('game.won', { name: displayName(state, winner) });
  return how === 'finished' ? t('game.draw') : '';
}

function setTime(element, key, date) {
  element.hidden = !date;
  if (!date) return;
  setText(element, t(key, { moment: momentOf(date) }));
  setAttribute(element, 'datetime', date);
}
