// How this device tells of messages, among the settings.

import { find, on, setText } from '../dom.js';
import { shortMomentOf, t } from '../i18n.js';
import { dialogNamed } from '../state/select.js';

const HINT = {
  default: 'telling.desktop_ask', granted: 'telling.desktop_hint', denied: 'telling.desktop_denied',
  unsupported: 'telling.desktop_unsupported',
};

const PUSH_HINT = {
  on: 'telling.push_hint', off: 'telling.push_hint', denied: 'telling.desktop_denied', failed: 'telling.push_failed',
  unsupported: 'telling.push_unsupported',
};

export function mountTelling(store, actions) {
  const section = find('#telling');
  const [desktop, pushed, sound, hours] = ['desktop', 'push', 'sound', 'hours'].map((name) => find(`#telling-${name}`));
  const times = ['from', 'to'].map((name) => find(`#telling-${name}`));

  desktop.addEventListener('change', () => actions.tellOnDesktop(desktop.checked));
  pushed.addEventListener('change', () => actions.pushHere(pushed.checked));
  sound.addEventListener('change', () => actions.tellBySound(sound.checked));
  hours.addEventListener('change', () => actions.setQuietHours({ hours: hours.checked }));
  for (const time of times) {
    time.addEventListener('change', () => time.value && actions.setQuietHours({ [time.name]: time.value }));
  }
  on(section, 'click', '[data-quiet]', (_, button) => actions.beQuiet(button.dataset.quiet));

  store.watch((state) => [Boolean(dialogNamed(state, 'settings'))], actions.checkPermission);

  store.watch(({ telling, permission, quiet, locale }) => [telling, permission, quiet, locale], ({ telling, permission, quiet }) => {
    desktop.checked = telling.desktop && permission === 'granted';
    desktop.disabled = permission === 'denied' || permission === 'unsupported';
    setText(find('#telling-desktop-hint'), t(HINT[permission]));
    sound.checked = telling.sound;
    hours.checked = telling.hours;
    find('#telling-times').hidden = !telling.hours;
    for (const time of times) if (document.activeElement !== time) time.value = telling[time.name];
    drawQuiet(telling, quiet);
  });

  store.watch(({ push, locale }) => [push, locale], ({ push }) => {
    pushed.checked = push === 'on';
    pushed.disabled = push === 'denied' || push === 'unsupported';
    setText(find('#telling-push-hint'), t(PUSH_HINT[push]));
  });

  function drawQuiet({ quiet_until }, quiet) {
    const forNow = quiet && quiet_until > Date.now();
    const words = forNow ? t('telling.quiet_until', { moment: shortMomentOf(quiet_until) }) : t(quiet ? 'telling.quiet' : 'telling.not_quiet');
    setText(find('#quiet-says'), words);
    const had = document.activeElement;
    for (const button of section.querySelectorAll('[data-quiet]')) button.hidden = (button.dataset.quiet === 'end') !== Boolean(forNow);
    if (had?.matches('[data-quiet][hidden]')) find('[data-quiet]:not([hidden])', section).focus();
  }
}
