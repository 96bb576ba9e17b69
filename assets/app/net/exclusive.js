// One tab of this browser at a time: what two of them must not do at once, or must do only once.

/** At once, where it is needed: this version's files may be gone when it is. */
const lease = navigator.locks ? null : import('./lease.js');

/** @param {() => any} task may be async; its result is the result */
export const exclusively = async (name, task) =>
  lease ? (await lease).withLease(`lease.${name}`, task) : navigator.locks.request(`salon.${name}`, task);
