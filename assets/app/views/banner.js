// Says quietly that the connection is gone. Its appearance waits a moment in the stylesheet: most losses are over
// before anyone should have to read of them.

import { find, setText } from '../dom.js';
import { t } from '../i18n.js';

export function mountBanner(store) {
  let lost = false;
  store.watch(({ connection, phase, ready, locale }) => [connection, phase, ready, locale], ({ connection, phase, ready }) => {
    const { status } = connection;
    if (status === 'waiting' || status === 'offline') lost = true;
    if (status === 'online' || status === 'idle') lost = false;
    const banner = find('#banner');
    banner.hidden = phase !== 'signed_in' || !lost;
    banner.dataset.status = status;
    if (banner.hidden) return;
    setText(find('span', banner), t(status === 'offline' ? 'banner.offline' : ready ? 'banner.reconnecting' : 'banner.connecting'));
  });
}
