// What a shortcode after `:` can become. A whole one, `:wave:`, is left as it is: the server shows it as an emoji.

import { find, setText } from '../dom.js';
import { t } from '../i18n.js';
import { findEmoji } from '../state/emoji.js';

const MOST = 6;

/** @type {import('./completion.js').Source} */
export const emoji = {
  title: () => t('emoji.title'),
  template: 'completion-emoji',
  // not in an address or a time, and not for a plain `:)`
  pattern: /(?:^|[^\p{L}\p{N}:/_-]):([a-z0-9_+-]{2,32})$/iu,
  prepare: (actions) => actions.loadEmoji(),
  candidates: ({ emoji: { list, recent } }, typed) =>
    findEmoji((list ?? []).filter(({ shortcodes }) => shortcodes.length), recent, typed, MOST),
  keyOf: ({ shortcodes }) => shortcodes[0],
  textOf: (one) => `${one.emoji} `,
  taken: (one, actions) => actions.useEmoji(one.emoji),
  draw(item, one) {
    setText(find('.complete-emoji', item), one.emoji);
    setText(find('.complete-name', item), `:${one.shortcodes[0]}:`);
    setText(find('.complete-username', item), one.name);
  },
};
