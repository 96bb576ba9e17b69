// What was agreed for a game, in words.

import { count, t } from '../i18n.js';

const SPEED = { slow: 'play.slow', medium: 'play.medium', fast: 'play.fast' };

/** @param {import('../state/types.js').GameOptions} options each may be missing */
export function optionsText({ game_speed, score_to_win, time_limit, ranked, cool_mode }) {
  const words = [];
  if (SPEED[game_speed]) words.push(t(SPEED[game_speed]));
  if (score_to_win) words.push(count('play.points', score_to_win));
  if (time_limit) words.push(count('play.minutes', time_limit));
  if (ranked) words.push(t('play.is_ranked'));
  if (cool_mode) words.push(t('play.is_cool'));
  return words.join(' · ');
}
