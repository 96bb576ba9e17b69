// The places that are not a conversation: a welcome, a room one may join, and what is not there.

import { find, setText } from '../dom.js';
import { count, t } from '../i18n.js';

export function mountPlaces(store) {
  store.watch(({ view, me, locale }) => [view, me, locale], ({ view, me }) => {
    if (view.name === 'welcome') {
      setText(find('#welcome-title'), t('welcome.title', { name: me.display_name || me.username }));
    }
    if (view.name === 'preview') {
      const { name, topic, member_count } = view.conversation;
      setText(find('#preview-title'), t('preview.title', { name }));
      setText(find('#preview-topic'), topic);
      setText(find('#preview-people'), count('members.count', member_count));
      find('#preview-message').hidden = !view.at;
    }
    if (view.name === 'missing') {
      setText(find('#missing-title'), t('missing.title'));
      setText(find('#missing-text'), t(`missing.${view.what}`));
    }
  });
}
