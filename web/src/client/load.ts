// The part of the client that is loaded when it is first needed.

export type ClientModule = typeof import('./client.js');

let loading: Promise<ClientModule> | undefined;

export function loadClient(): Promise<ClientModule> {
  // Offline at the first call must not be for good.
  loading ??= import('./client.js').catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}
