// What a program tells the person alone who asked it: a row among what was said, until it is dismissed.

import { clone, find, make, setAttribute, setServerHtml, setText } from '../dom.js';
import { momentOf, t, timeOf } from '../i18n.js';
import { avatarOf, senderName } from '../state/select.js';
import { rowKinds } from './message.js';
import { drawAvatar, drawBotBadge } from './person.js';
import { excerpt } from './quote.js';

export function mountWhispers(store, actions) {
  /** Everything of such a row is done here: it is no message that something could be done with. */
  function made({ key, sender }) {
    const element = clone('message');
    element.classList.add('whisper');
    find('.like', element).remove();
    const dismiss = make('button', { type: 'button', class: 'btn btn-link' });
    find('.message-foot', element).append(make('span'), ' ', dismiss);
    const gone = () => {
      actions.dismissWhisper(key);
      find('#composer-text').focus();
    };
    element.addEventListener('click', (event) => {
      event.stopPropagation();
      if (event.target === dismiss) gone();
      else if (event.target.closest('.message-author, .avatar')) actions.openPerson(sender);
    });
    element.addEventListener('keydown', (event) => event.key === 'Delete' && event.target === element && gone());
    return element;
  }

  rowKinds.whisper = (state, { whisper }, had) => {
    const element = had ?? made(whisper);
    const name = senderName(state, whisper);
    drawAvatar(find('.avatar', element), name, whisper.sender_id, avatarOf(state, whisper.sender));
    setText(find('.message-author', element), name);
    drawBotBadge(element, true);
    const time = find('time', element);
    setAttribute(time, 'datetime', whisper.date);
    setAttribute(time, 'title', momentOf(whisper.date));
    setText(time, timeOf(whisper.date));
    if (!had) setServerHtml(find('.message-body', element), whisper.html);
    setText(find('.message-foot span', element), t('whisper.only_you'));
    setText(find('.message-foot button', element), t('whisper.dismiss'));
    return element;
  };

  let told = 0;
  store.watch(({ whispers }) => [whispers], (state) => {
    const last = state.whispers.at(-1);
    if (!last || last.key <= told) return;
    told = last.key;
    const words = { name: senderName(state, last), text: excerpt(last, Infinity) };
    setText(find('#announcer'), `${t('timeline.spoken', words)} ${t('whisper.only_you')}`);
  });
}
