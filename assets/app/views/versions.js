// What a message said before it was edited: the mark that it was, and for who may see it, all that it has said.

import { clone, drawList, find, setAttribute, setServerHtml, setText } from '../dom.js';
import { momentOf, shortMomentOf, t } from '../i18n.js';
import { dialogNamed, maySeeVersions } from '../state/select.js';

/** The mark behind what a message says now; a button for who may see what it said before. */
export function editedMark(state, message) {
  const opens = maySeeVersions(state, message);
  const mark = document.createElement(opens ? 'button' : 'small');
  mark.className = 'edited';
  mark.textContent = t('message.edited');
  mark.title = t('message.edited_at', { moment: momentOf(message.edited_at) });
  if (opens) {
    mark.type = 'button';
    mark.tabIndex = -1; // by keys there is one for it, and the bar of the row
    mark.dataset.versions = '';
    mark.setAttribute('aria-label', `${t('message.edited')} ${t('versions.title')}`);
  }
  return mark;
}

export function mountVersions(store) {
  const list = find('#versions-list');
  store.watch((state) => [dialogNamed(state, 'versions'), state.found.versions, state.locale], (state) => {
    const { versions } = state.found;
    if (!dialogNamed(state, 'versions')) return;
    find('#versions-loading').hidden = versions !== null;
    const alone = versions !== null && versions.length < 2;
    find('#versions-empty').hidden = !alone;
    setText(find('#versions-empty'), t(versions?.length ? 'versions.not_kept' : 'message.deleted'));
    const last = versions?.at(-1);
    drawList(list, versions ?? [], (version) => `${version.date} ${versions.indexOf(version)}`, (version, had) => {
      const item = had ?? clone('version');
      const time = find('time', item);
      setAttribute(time, 'datetime', version.date);
      setAttribute(time, 'title', momentOf(version.date));
      setText(time, shortMomentOf(version.date));
      setText(find('.state-badge', item), version === last ? t('versions.now') : '');
      item.classList.toggle('is-now', version === last);
      const body = find('.message-body', item);
      if (item.html !== version.html) setServerHtml(body, version.html);
      if (!version.html) setText(body, t('versions.no_words'));
      item.html = version.html;
      return item;
    });
    list.hidden = !versions?.length;
  });
}
