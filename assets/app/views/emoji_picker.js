// Choosing an emoji out of all: the same sheet over the composer and over a message. It is opened with what to do with
// the one that is chosen, and goes when that is done, with Escape, or when the focus goes elsewhere.

import { find, on, setAttribute, setText } from '../dom.js';
import { emojiGrid, groupName } from './emoji_grid.js';
import { GROUPS } from '../state/emoji.js';
import { t } from '../i18n.js';

const GAP_PX = 6;
const LEAST_PX = 220;
const SIGNS = {
  smileys: '😀', people: '👋', nature: '🌿', food: '🍎', travel: '🚲', activities: '🎉', objects: '💡', symbols: '💯', flags: '🏁',
};

export function mountEmojiPicker(store, actions) {
  const sheet = find('#emoji-picker');
  const field = find('#emoji-q');
  const jumps = find('#emoji-jump');
  const says = find('#emoji-says');
  const grid = emojiGrid(find('#emoji-groups'), () => field.focus());
  const narrow = matchMedia('(max-width: 40rem)');
  const coarse = matchMedia('(pointer: coarse)');
  let open = null; // for whom, and where the focus was

  jumps.append(...GROUPS.map((group, index) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = SIGNS[group];
    button.dataset.group = group;
    button.tabIndex = index ? -1 : 0;
    return button;
  }));

  function draw() {
    if (!open) return;
    const { emoji } = store.state;
    const any = grid.draw(emoji, field.value);
    find('#emoji-empty').hidden = any;
    setText(find('#emoji-empty'), emptyWords(emoji));
    setText(says, field.value ? grid.first?.dataset.says ?? '' : '');
  }

  const emptyWords = ({ list, failed }) => t(list ? 'emoji.none' : failed ? 'error.network' : 'shell.loading');

  /** Above what it was opened from, or below it where there is more room; on a phone over the composer. */
  function place() {
    const { style } = sheet;
    if (narrow.matches) {
      const { top } = find('#composer').getBoundingClientRect();
      style.cssText = '';
      style.bottom = `${innerHeight - top + GAP_PX}px`;
      style.maxHeight = `${Math.max(LEAST_PX, top - 2 * GAP_PX)}px`;
      return;
    }
    const { top, bottom, right } = open.rect;
    const above = top > innerHeight - bottom;
    style.cssText = '';
    style.left = `${Math.max(GAP_PX, Math.min(right, innerWidth - GAP_PX) - sheet.offsetWidth)}px`;
    if (above) style.bottom = `${innerHeight - top + GAP_PX}px`;
    else style.top = `${bottom + GAP_PX}px`;
    style.maxHeight = `${(above ? top : innerHeight - bottom) - 2 * GAP_PX}px`;
  }

  function show({ anchor, choose, back }) {
    open = { anchor, choose, back, rect: anchor.getBoundingClientRect(), before: document.activeElement };
    actions.loadEmoji();
    field.value = '';
    sheet.hidden = false;
    if (anchor.hasAttribute('aria-expanded')) setAttribute(anchor, 'aria-expanded', 'true');
    place();
    draw();
    // on a phone the keyboard would leave no room to choose
    (coarse.matches ? sheet : field).focus({ preventScroll: true });
  }

  function close(focus) {
    if (!open) return;
    const { anchor } = open;
    open = null;
    if (anchor.hasAttribute('aria-expanded')) setAttribute(anchor, 'aria-expanded', 'false');
    focus?.focus({ preventScroll: true });
    sheet.hidden = true;
  }

  function take(button) {
    const { choose, back } = open;
    const { emoji } = button.dataset;
    actions.useEmoji(emoji);
    close(back);
    choose(emoji);
  }

  document.addEventListener('salon:emoji', ({ detail }) => (open?.anchor === detail.anchor ? close(open.before) : show(detail)));
  sheet.addEventListener('focusout', ({ relatedTarget }) => {
    const elsewhere = !sheet.contains(relatedTarget) && relatedTarget !== open?.anchor;
    if (open && elsewhere && document.hasFocus()) close(null);
  });
  sheet.addEventListener('keydown', (event) => {
    event.stopPropagation(); // nothing here is meant for what lies under it
    if (event.isComposing) return;
    if (event.key === 'Escape') close(open.before.isConnected ? open.before : open.back);
    else if (event.target === field && event.key === 'ArrowDown') grid.enter();
    else if (event.target === field && event.key === 'Enter') grid.first && take(grid.first);
    else {
      const letter = event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (letter && event.target !== field) field.focus(); // the letter itself follows the focus
      return;
    }
    event.preventDefault();
  });
  jumps.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const all = [...jumps.children];
    const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
    for (const button of all) button.tabIndex = button === next ? 0 : -1;
    next.focus();
  });
  on(jumps, 'click', 'button', (_, button) => {
    if (field.value) {
      field.value = '';
      draw();
    }
    grid.jump(button.dataset.group);
  });
  field.addEventListener('input', draw);
  on(sheet, 'click', '.emoji', (_, button) => take(button));
  for (const type of ['pointerover', 'focusin']) on(sheet, type, '.emoji', (_, button) => setText(says, button.dataset.says));
  addEventListener('resize', () => open && place());

  store.watch(({ emoji }) => [emoji.list, emoji.failed], draw);
  store.watch(({ view, dialog }) => [view, dialog], () => close(null));
  store.watch(({ locale }) => [locale], () => {
    for (const button of jumps.children) {
      setAttribute(button, 'aria-label', groupName(button.dataset.group));
      setAttribute(button, 'title', groupName(button.dataset.group));
    }
  });
}
