// Evaluates in the inspected page.

import { extensionApi } from './extension-api.js';

export class NoAccess extends Error {}

export function evaluate<T>(expression: string): Promise<T> {
  return new Promise((resolve, reject) => {
    extensionApi.devtools.inspectedWindow.eval<T>(expression, (result, failure) => {
      // Absent, or on Firefox present and without content, when all is well.
      if (failure?.isError) reject(new NoAccess(failure.description || failure.code));
      else if (failure?.isException) reject(new Error(failure.value));
      else resolve(result as T);
    });
  });
}
