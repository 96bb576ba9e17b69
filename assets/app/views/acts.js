// What one may do with a person: the buttons marked `data-act`, shown by how one stands to them. The same in the
// lists of people and on their card.

import { find, on, setAttribute } from '../dom.js';

const OPEN = ['friends', 'incoming', 'outgoing', 'none'];

const SHOWN = {
  accept: ['incoming'], refuse: ['incoming'], withdraw: ['outgoing'], add: ['none'], remove: ['friends'],
  message: OPEN, play: OPEN, block: OPEN, unblock: ['blocked'], edit: ['me'],
  administer: [...OPEN, 'blocked', 'me'],
};

export function drawActs(root, standing, name) {
  const buttons = [...root.querySelectorAll('[data-act]')];
  const focused = document.activeElement;
  for (const button of buttons) {
    button.hidden = !SHOWN[button.dataset.act].includes(standing);
    setAttribute(button, 'aria-label', `${button.textContent.trim()} ${name}`);
  }
  if (focused?.hidden && buttons.includes(focused)) find('[data-act]:not([hidden])', root)?.focus();
}

/** @param {(button: Element) => string} usernameOf whose buttons these are */
export function onActs(root, actions, usernameOf) {
  const doings = {
    accept: (username) => actions.addFriend(username),
    add: (username) => actions.addFriend(username),
    refuse: (username) => actions.removeFriend(username),
    withdraw: (username) => actions.removeFriend(username),
    remove: (username) => actions.confirmRemoveFriend(username),
    message(username) {
      actions.closeAllDialogs();
      actions.go(`/private/${encodeURIComponent(username)}`);
    },
    play: (username) => actions.openInvite(username),
    block: (username) => actions.confirmBlock(username),
    unblock: (username) => actions.confirmUnblock(username),
    administer: (username) => actions.openDialog('account', { username }),
    edit: () => actions.openDialog('settings'),
  };
  on(root, 'click', '[data-act]', (_, button) => doings[button.dataset.act](usernameOf(button)));
}
