// The developer tools' own theme, which may differ from the system's.

import { extensionApi } from './extension-api.js';

interface ThemedPanels {
  themeName?: string;
  setThemeChangeHandler?(handler: (name: string) => void): void;
  onThemeChanged?: { addListener(handler: (name: string) => void): void };
}

export function followTheme(root: HTMLElement): void {
  const panels = extensionApi.devtools.panels as ThemedPanels;
  const apply = (name: string | undefined): void => {
    if (name === undefined) return;
    root.dataset['theme'] = name === 'dark' ? 'dark' : 'light';
    document.documentElement.style.colorScheme = root.dataset['theme'];
  };
  apply(panels.themeName);
  panels.setThemeChangeHandler?.(apply);
  panels.onThemeChanged?.addListener(apply);
}
