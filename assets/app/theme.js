// Chooses light or dark, roomy or compact, before the first paint. The one classic script: a module would run after the page had
// already flashed in the wrong colours.
(() => {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    let theme = null;
    let density = null;
    try {
      theme = localStorage.getItem('salon.theme');
      density = localStorage.getItem('salon.density');
    } catch {
      // Storage is blocked: follow the system.
    }
    const chosen = theme === 'light' || theme === 'dark' ? theme : dark.matches ? 'dark' : 'light';
    document.documentElement.dataset.bsTheme = chosen;
    document.documentElement.dataset.density = density === 'compact' ? density : 'roomy';
  };
  apply();
  dark.addEventListener('change', apply);
  addEventListener('storage', apply);
  document.addEventListener('salon:looks', apply);
})();
