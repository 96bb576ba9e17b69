// Holds the one state. A change goes in as an event, `reduce` makes the next state of it, and whoever watches a part
// that changed draws again, once per burst of changes.

/**
 * @template S
 * @param {S} initial
 * @param {(state: S, event: Object) => S} reduce pure; returns the same object when nothing changed
 */
export function createStore(initial, reduce) {
  let state = initial;
  let scheduled = false;
  const watchers = new Set();

  const notify = () => {
    scheduled = false;
    for (const watcher of watchers) watcher();
  };

  return {
    get state() {
      return state;
    },

    dispatch(event) {
      const next = reduce(state, event);
      if (next === state) return;
      state = next;
      if (scheduled) return;
      scheduled = true;
      // A microtask, not an animation frame: hidden tabs must count unread messages too.
      queueMicrotask(notify);
    },

    /** Calls `render` now, and again whenever one of the values that `select` returns is another one. */
    watch(select, render) {
      let seen = null;
      const watcher = () => {
        const values = select(state);
        if (seen && values.every((value, index) => Object.is(value, seen[index]))) return;
        seen = values;
        try {
          render(state);
        } catch (error) {
          // One part that cannot be drawn must not take the others with it.
          console.error(error);
        }
      };
      watchers.add(watcher);
      watcher();
    },
  };
}
