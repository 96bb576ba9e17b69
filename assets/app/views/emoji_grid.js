// The emoji as buttons: those of each group under its heading, and above them those used lately, or those that were
// searched for. Made when first shown; one of them has the focus, and the keys lead from it to the others.

import { clone, find, on, setText } from '../dom.js';
import { t } from '../i18n.js';
import { stepInGrid } from '../models/grid.js';
import { findEmoji, GROUPS } from '../state/emoji.js';

const MOST_FOUND = 48;
const HEADINGS = {
  recent: 'emoji.recent', found: 'emoji.found', smileys: 'emoji.smileys', people: 'emoji.people', nature: 'emoji.nature',
  food: 'emoji.food', travel: 'emoji.travel', activities: 'emoji.activities', objects: 'emoji.objects',
  symbols: 'emoji.symbols', flags: 'emoji.flags',
};
const KEYS = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End'];

export const groupName = (group) => t(HEADINGS[group]);

function button({ emoji, name, shortcodes }) {
  const element = clone('emoji');
  element.textContent = emoji;
  element.dataset.emoji = emoji;
  element.setAttribute('aria-label', name);
  element.dataset.says = [name, ...shortcodes.map((code) => `:${code}:`)].join(' ');
  return element;
}

/** @param {() => void} leave where the arrows lead above the first row */
export function emojiGrid(root, leave) {
  const sections = new Map(['recent', 'found', ...GROUPS].map((group) => [group, clone('emoji-group')]));
  let known = null;
  let current = null;
  root.append(...sections.values());

  const gridOf = (group) => find('.emoji-grid', sections.get(group));
  const shown = () => [...sections.values()].filter(({ hidden }) => !hidden).map((section) => find('.emoji-grid', section));
  const columnsOf = (grid) => getComputedStyle(grid).gridTemplateColumns.split(' ').length;

  function fill(group, list) {
    gridOf(group).replaceChildren(...list.map(button));
    sections.get(group).hidden = list.length === 0;
  }

  /** The one that Tab leads to. */
  function choose(next) {
    if (current) current.tabIndex = -1;
    current = next ?? null;
    if (current) current.tabIndex = 0;
  }

  /** What is out of sight is not laid out, but has its place. */
  function reserve() {
    const grids = shown();
    const cell = grids[0]?.firstElementChild?.offsetHeight;
    if (!cell) return;
    const columns = columnsOf(grids[0]);
    for (const grid of grids) {
      grid.style.containIntrinsicBlockSize = `${Math.ceil(grid.childElementCount / columns) * cell}px`;
    }
  }

  root.addEventListener('keydown', (event) => {
    if (!KEYS.includes(event.key) || event.altKey || event.metaKey) return;
    event.preventDefault();
    const grids = shown();
    const group = grids.findIndex((grid) => grid.contains(document.activeElement));
    if (group < 0) return;
    const place = [group, [...grids[group].children].indexOf(document.activeElement)];
    const sizes = grids.map(({ childElementCount }) => childElementCount);
    const next = stepInGrid(sizes, columnsOf(grids[group]), place, event.key, event.ctrlKey);
    if (next) grids[next[0]].children[next[1]].focus();
    else leave();
  });
  on(root, 'focusin', '.emoji', (_, element) => choose(element));

  return {
    /** @returns {boolean} whether there is any */
    draw({ list, recent }, typed) {
      const searching = typed.trim() !== '';
      if (list !== known) {
        known = list;
        for (const group of GROUPS) fill(group, (list ?? []).filter((one) => one.group === group));
      }
      const used = recent.map((emoji) => list?.find((one) => one.emoji === emoji)).filter(Boolean);
      fill('recent', searching ? [] : used);
      fill('found', searching ? findEmoji(list ?? [], recent, typed, MOST_FOUND) : []);
      for (const [group, section] of sections) {
        setText(find('h2', section), groupName(group));
        if (GROUPS.includes(group)) section.hidden = searching || !gridOf(group).childElementCount;
      }
      root.scrollTop = 0;
      choose(shown()[0]?.firstElementChild);
      reserve();
      return Boolean(current);
    },
    get first() {
      return shown()[0]?.firstElementChild ?? null;
    },
    enter: () => current?.focus(),
    /** Only where nothing is searched for. */
    jump(group) {
      sections.get(group).scrollIntoView({ block: 'start' });
      gridOf(group).firstElementChild?.focus({ preventScroll: true });
    },
  };
}
