// Completing what is typed after a sign, a name after `@`, an emoji after `:`, a command after `/`: a short list over the composer,
// walked with the arrows, taken with Enter or Tab. The focus stays in the text all the while.

import { clone, drawList, find, on, setAttribute } from '../dom.js';
import { commands } from './complete_commands.js';
import { emoji } from './complete_emoji.js';
import { people } from './complete_people.js';

/** @typedef {{title: () => string, template: string, pattern: RegExp, prepare?: (actions: Object) => void,
 *   candidates: (state: import('../state/types.js').State, typed: string) => any[], keyOf: (one: any) => string,
 *   textOf: (one: any) => string, taken?: (one: any, actions: Object) => void,
 *   draw: (item: Element, one: any, state: import('../state/types.js').State) => void}} Source
 * `pattern` ends at the caret and has what follows the sign as its group. */

const SOURCES = [commands, people, emoji];

/** What is typed just before the caret, of which source, and where its sign is; null where there is nothing. */
function typed(text) {
  if (text.selectionStart !== text.selectionEnd) return null;
  const before = text.value.slice(0, text.selectionStart);
  for (const source of SOURCES) {
    const letters = source.pattern.exec(before)?.[1];
    if (letters !== undefined) return { source, letters, at: before.length - letters.length - 1 };
  }
  return null;
}

export function mountCompletion(store, actions) {
  const text = find('#composer-text');
  const list = find('#completion');
  let source = null;
  let found = [];
  let chosen = 0;
  let dismissed = null; // where the sign stands that Escape was pressed for

  function draw() {
    const now = document.activeElement === text ? typed(text) : null;
    if (now?.at !== dismissed) dismissed = null;
    if (now && now.source !== source) list.replaceChildren();
    source = now?.source ?? source;
    const open = now && dismissed === null;
    if (open) source.prepare?.(actions);
    found = open ? source.candidates(store.state, now.letters) : [];
    chosen = Math.max(0, Math.min(chosen, found.length - 1));
    const idOf = (one) => `complete-${source.keyOf(one)}`;
    drawList(list, found, (one) => source.keyOf(one), (one, had) => {
      const item = had ?? clone(source.template);
      item.id = idOf(one);
      source.draw(item, one, store.state);
      setAttribute(item, 'aria-selected', found[chosen] === one ? 'true' : 'false');
      return item;
    });
    list.hidden = found.length === 0;
    if (found.length) setAttribute(list, 'aria-label', source.title());
    setAttribute(text, 'aria-activedescendant', found.length ? idOf(found[chosen]) : null);
    list.children[chosen]?.scrollIntoView({ block: 'nearest' });
  }

  function take(one) {
    const { at } = typed(text);
    source.taken?.(one, actions);
    text.setRangeText(source.textOf(one), at, text.selectionStart, 'end');
    text.dispatchEvent(new Event('input', { bubbles: true }));
    text.focus();
  }

  const keys = {
    ArrowDown: () => { chosen = (chosen + 1) % found.length; },
    ArrowUp: () => { chosen = (chosen - 1 + found.length) % found.length; },
    Enter: () => take(found[chosen]),
    Tab: () => take(found[chosen]),
    Escape: () => { dismissed = typed(text)?.at ?? null; },
  };
  // before the composer's own keys: while something is chosen, Enter sends nothing
  text.addEventListener('keydown', (event) => {
    if (!found.length || event.isComposing || event.shiftKey || !keys[event.key]) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    keys[event.key]();
    draw();
  }, { capture: true });
  text.addEventListener('input', () => {
    chosen = 0;
    draw();
  });
  for (const event of ['keyup', 'click', 'blur', 'focus']) text.addEventListener(event, draw);
  // the press must not take the focus from the text
  list.addEventListener('mousedown', (event) => event.preventDefault());
  on(list, 'click', '[role=option]', (_, item) => take(found.find((one) => source.keyOf(one) === item.dataset.key)));
  store.watch((state) => [state.view, state.members, state.users, state.online, state.emoji, state.commands, state.locale], draw);
}
