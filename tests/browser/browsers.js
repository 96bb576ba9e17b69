// The browsers the stories are told in: Chromium, and Firefox as Debian packages it.

import { chromium, firefox } from 'playwright-core';

const browsers = {
  chromium: () => chromium.launch({
    executablePath: process.env.SALON_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP salon.lan 127.0.0.1'],
  }),

  // Playwright's own protocol needs a Firefox built for it; a channel `moz-…` speaks WebDriver BiDi, which every one knows.
  firefox: async () => {
    const browser = await firefox.launch({
      channel: 'moz-firefox',
      executablePath: process.env.SALON_FIREFOX ?? '/usr/bin/firefox-esr',
      // Without a screen it believes there is no mouse either: 6 is one that points finely and hovers.
      firefoxUserPrefs: { 'ui.prefersReducedMotion': 1, 'ui.primaryPointerCapabilities': 6, 'ui.allPointerCapabilities': 6 },
    });
    leaveOutTheUnknown(browser);
    return browser;
  },
};

/** @param {'chromium' | 'firefox'} name */
export const launch = (name) => browsers[name]();

/**
 * Every new context tells the browser a colour scheme, even when none is asked for, by a command that Firefox 153 does
 * not have yet; Playwright takes its refusal for a failure, and has no option against it. So that one is let go.
 */
function leaveOutTheUnknown(browser) {
  const session = browser._connection.toImpl(browser)._browserSession;
  const send = session.send;
  session.send = async (method, params) => {
    try {
      return await send.call(session, method, params);
    } catch (error) {
      if (method === 'emulation.setMediaFeaturesOverride' && error.message.includes('unknown command')) return {};
      throw error;
    }
  };
}
