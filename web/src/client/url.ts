/** Relative to the page, as a URL in a page is; the worker lies elsewhere. */
export const absolute = (url: string | URL | undefined): string | undefined =>
  (url === undefined ? undefined : new URL(url, globalThis.location?.href).href);
