// The person's own picture: set and removed. The server makes a small square of whatever is sent.

import { ApiError } from '../net/api.js';

/** As the server has it. What is larger would be sent for nothing. */
const MOST_BYTES = 10 * 1024 * 1024;

export function avatarActions(app) {
  const { store, api } = app;

  function know(user, key) {
    store.dispatch({ type: 'me_known', user });
    store.dispatch({ type: 'notice', notice: { kind: 'info', key } });
  }

  return {
    setAvatar: (file) =>
      app.attempt('avatar', async () => {
        if (file.size > MOST_BYTES) throw new ApiError(413, 'too_large', '');
        know(await api.put('/api/me/avatar', file), 'avatar.saved');
      }),

    removeAvatar: () => app.attempt('avatar', async () => know(await api.delete('/api/me/avatar'), 'avatar.removed')),

    forgetAvatarError: () => store.dispatch({ type: 'form_refused', form: 'avatar', error: null }),
  };
}
