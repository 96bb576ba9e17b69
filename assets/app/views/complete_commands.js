// What a slash at the beginning of a message can become.

import { find, setText } from '../dom.js';
import { t } from '../i18n.js';
import { COMMANDS } from '../models/commands.js';
import { currentConversation, mayManage } from '../state/select.js';

/** @type {import('./completion.js').Source} */
export const commands = {
  title: () => t('command.title'),
  template: 'completion-command',
  pattern: /^\/([a-z]{0,12})$/,
  candidates(state, typed) {
    const conversation = currentConversation(state);
    if (!conversation || state.editing) return [];
    const fits = ({ room, manages }) => (!room || conversation.kind === 'room') && (!manages || mayManage(state, conversation));
    return COMMANDS.filter((one) => one.word.startsWith(typed) && fits(one));
  },
  keyOf: ({ word }) => word,
  textOf: ({ word, argument }) => `/${word}${argument ? ' ' : ''}`,
  draw(item, { word }) {
    setText(find('.complete-name', item), t(`command.${word}_usage`));
    setText(find('.complete-username', item), t(`command.${word}`));
  },
};
