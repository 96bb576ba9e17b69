// What a slash at the beginning of a message can become: what the client understands by itself, and what programs answer.

import { find, setText } from '../dom.js';
import { t } from '../i18n.js';
import { COMMANDS } from '../models/commands.js';
import { currentConversation, mayManage } from '../state/select.js';

/** @type {import('./completion.js').Source} */
export const commands = {
  title: () => t('command.title'),
  template: 'completion-command',
  pattern: /^\/([\w-]{0,32})$/,
  prepare: (actions) => actions.loadCommands(),
  candidates(state, typed) {
    const conversation = currentConversation(state);
    if (!conversation || state.editing) return [];
    const fits = ({ room, manages }) => (!room || conversation.kind === 'room') && (!manages || mayManage(state, conversation));
    const asked = (state.commands ?? []).map(({ name, hint, description }) => ({ word: name, argument: hint, description }));
    return [...COMMANDS.filter(fits), ...asked].filter(({ word }) => word.startsWith(typed.toLowerCase()));
  },
  keyOf: ({ word }) => word,
  textOf: ({ word, argument }) => `/${word}${argument ? ' ' : ''}`,
  draw(item, { word, argument, description }) {
    setText(find('.complete-name', item), description ? `/${word} ${argument}` : t(`command.${word}_usage`));
    setText(find('.complete-username', item), description ?? t(`command.${word}`));
  },
};
