// Says quietly that the connection is gone. Its appearance waits a moment in the stylesheet: most losses are over
// before anyone should have to read of them.

import { find, setText } from '../dom.js';
import { t } from '../i18n.js';

export function mountBanner(store) {
  let lost = null; // how; it stays so while a new try is under way
  store.watch(({ connection, phase, ready, locale }) => [connection, phase, ready, locale], ({ connection, phase, ready }) => {
    const { status } = connection;
    if (status === 'waiting' || status === 'offline') lost = status;
    if (status === 'online' || status === 'idle') lost = null;
    const banner = find('#banner');
    banner.hidden = phase !== 'signed_in' || !lost;
    if (banner.hidden) return;
    banner.dataset.status = lost;
    setText(find('span', banner), t(lost === 'offline' ? 'banner.offline' : ready ? 'banner.reconnecting' : 'banner.connecting'));
  });
}
