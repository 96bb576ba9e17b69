// What a message said before it was edited, for who may see it.

import { clone, drawList, find, setAttribute, setServerHtml, setText } from '../dom.js';
import { momentOf, shortMomentOf, t } from '../i18n.js';
import { dialogNamed } from '../state/select.js';

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
