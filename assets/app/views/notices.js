// Short words after something was done or refused. They go by themselves, refusals later than the others.

import { clone, find, setText } from '../dom.js';
import { errorText, t } from '../i18n.js';

const SHOWN_MS = { info: 4_000, error: 8_000 };

export function mountNotices(store, actions) {
  let timer = null;
  store.watch(({ notice, phase, locale }) => [notice, phase, locale], ({ notice, phase }) => {
    clearTimeout(timer);
    find('#notices').replaceChildren();
    find('#alerts').replaceChildren();
    // Outside, notices stand in the form.
    if (!notice || (phase !== 'signed_in' && notice.key)) return;
    const element = clone('notice');
    setText(find('span', element), notice.key ? t(notice.key, notice.params) : errorText(notice));
    find(notice.kind === 'error' ? '#alerts' : '#notices').append(element);
    timer = setTimeout(() => actions.dismissNotice(), SHOWN_MS[notice.kind]);
  });
}
