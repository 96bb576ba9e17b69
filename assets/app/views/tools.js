// What can be done with a message: the bar of buttons on the row that the pointer or the focus is on, and the keys of
// a focused row. Rows get their bar when it is first needed; hundreds of hidden buttons would serve nobody.

import { clone, find, on } from '../dom.js';
import { isBlocked, mayDelete, mayPin, maySeeVersions } from '../state/select.js';
import { mountAttachments } from './attachments.js';
import { drawPinTool } from './pin_mark.js';
import { mountReactions, openReactionMenu } from './reactions.js';

/** @param {(element: Element) => ?import('../state/types.js').Message} messageOf */
export function mountTools(rows, store, actions, messageOf) {
  const mine = (message) => message.sender_id === store.state.me.id;
  /** Where somebody is blocked there is no composer to edit in. */
  const writes = ({ chat_id }) => !isBlocked(store.state, store.state.conversations[chat_id]?.username);
  const may = {
    openAuthor: (message) => !mine(message),
    reply: writes,
    react: writes,
    copyText: ({ content }) => content !== '',
    copyLink: () => true,
    pin: (message) => mayPin(store.state, message),
    versions: (message) => maySeeVersions(store.state, message),
    report: (message) => !mine(message),
    edit: (message) => mine(message) && writes(message),
    confirmDelete: (message) => mayDelete(store.state, message),
  };

  const doings = {
    openAuthor: ({ sender }) => actions.openPerson(sender),
    reply(message) {
      actions.reply(message);
      find('#composer-text').focus({ preventScroll: true });
    },
    react: (message, row) => openReactionMenu(row, (emoji) => actions.react(message, emoji), actions.chooseEmoji),
    copyText: actions.copyText,
    copyLink: actions.copyLink,
    pin: (message) => (message.pinned_at ? actions.unpin(message) : actions.pin(message)),
    versions: actions.openVersions,
    report: ({ id }) => actions.openDialog('report', { message_id: id }),
    edit: ({ id }) => actions.edit(id),
    confirmDelete: actions.confirmDelete,
  };

  const equip = (event, row) => {
    const message = messageOf(row);
    const had = find('.tools', row);
    if (!message || message.is_deleted) {
      had?.remove();
      return;
    }
    const tools = had ?? clone('tools');
    for (const button of tools.querySelectorAll('[data-tool]')) button.hidden = !may[button.dataset.tool](message);
    if (!had) row.append(tools);
    drawPinTool(row, message);
  };
  on(rows, 'pointerover', '.message', equip);
  on(rows, 'focusin', '.message', equip);

  on(rows, 'click', '[data-tool]', (_, button) => {
    const row = button.closest('.message');
    const message = messageOf(row);
    if (message) doings[button.dataset.tool](message, row);
  });
  on(rows, 'click', '.message-author, .message > .avatar', (_, element) => {
    const message = messageOf(element.closest('.message'));
    actions.openPerson(message?.sender ?? store.state.me.username);
  });
  on(rows, 'click', '[data-versions]', (_, button) => {
    const message = messageOf(button.closest('.message'));
    if (message) actions.openVersions(message);
  });
  on(rows, 'click', 'button.like', (_, button) => {
    const message = messageOf(button.closest('.message'));
    if (message) actions.like(message);
  });
  mountReactions(rows, actions, messageOf);
  mountAttachments(rows, actions, messageOf);
  on(rows, 'click', '[data-pending]', (_, button) =>
    actions[button.dataset.pending](button.closest('.message').dataset.clientId));

  const step = (row, way) => {
    let next = row;
    do next = way === 'up' ? next.previousElementSibling : next.nextElementSibling;
    while (next && !next.matches('.message'));
    return next;
  };
  const keys = {
    ArrowUp: (row) => step(row, 'up')?.focus(),
    ArrowDown: (row) => (step(row, 'down') ?? find('#composer-text')).focus(),
    Escape: () => find('#composer-text').focus(),
    e: (row, message) => may.edit(message) && actions.edit(message.id),
    h: (row, message) => actions.like(message),
    a: (row, message) => may.reply(message) && doings.reply(message),
    r: (row, message) => may.react(message) && doings.react(message, row),
    p: (row, message) => actions.openPerson(message.sender),
    c: (row, message) => may.copyText(message) && actions.copyText(message),
    l: (row, message) => actions.copyLink(message),
    i: (row, message) => may.pin(message) && doings.pin(message),
    v: (row, message) => may.versions(message) && actions.openVersions(message),
    m: (row, message) => may.report(message) && doings.report(message),
    Delete: (row, message) => may.confirmDelete(message) && actions.confirmDelete(message),
  };
  on(rows, 'keydown', '.message', (event, row) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey || event.target.matches('video, audio')) return;
    const message = messageOf(row);
    const moves = event.key.startsWith('Arrow') || event.key === 'Escape';
    if (!moves && (!message || message.is_deleted || event.target !== row)) return;
    event.preventDefault();
    event.stopPropagation();
    act(row, message);
  });
}
