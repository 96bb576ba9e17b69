// What a browser calls itself, as people call it.

import { t } from '../i18n.js';

/** "Firefox, Linux" says more than the whole line that browsers send. */
export function deviceOf(client) {
  const browser = /(Firefox|Edg|OPR|Chrome|Safari|curl)/.exec(client)?.[1];
  const system = /(Windows|Android|iPhone|iPad|Mac OS|Linux)/.exec(client)?.[1];
  if (!browser && client) return client;
  const names = { Edg: 'Edge', OPR: 'Opera', 'Mac OS': 'macOS' };
  return [browser, system].filter(Boolean).map((name) => names[name] ?? name).join(', ') || t('sessions.unknown');
}
