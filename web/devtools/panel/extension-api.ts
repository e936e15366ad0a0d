// Firefox calls it "browser" and gives promises there; its "chrome" takes
// callbacks, as Chromium's does.

export const extensionApi: typeof chrome = chrome;
