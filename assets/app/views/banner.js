// Says quietly that a newer version of the client is there, and that the connection is gone. Its appearance waits a moment in the stylesheet: most losses are over
// before anyone should have to read of them.

import { find, setText } from '../dom.js';
import { t } from '../i18n.js';

function words(lost, recalled, ready) {
  if (lost === 'offline') return 'offline';
  if (recalled) return 'recalled';
  return ready ? 'reconnecting' : 'connecting';
}

export function mountBanner(store) {
  store.watch(({ news }) => [news], ({ news }) => (find('#news').hidden = !news));
  let lost = null; // how; it stays so while a new try is under way
  store.watch(({ connection, phase, ready, recalled, locale }) => [connection, phase, ready, recalled, locale], (state) => {
    const { connection, phase, ready, recalled } = state;
    const { status } = connection;
    if (status === 'waiting' || status === 'offline') lost = status;
    if (status === 'online' || status === 'idle') lost = null;
    const banner = find('#banner');
    banner.hidden = phase !== 'signed_in' || !lost;
    if (banner.hidden) return;
    banner.dataset.status = lost;
    setText(find('span', banner), t(`banner.${words(lost, recalled, ready)}`));
  });
}
