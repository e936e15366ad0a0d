/** A page with the package as `ferrite`, and the modules of snapshot-shapes.js and snapshot-compare.js as `shapes` and `compare`. */
export async function snapshotPage(browser) {
  const page = await browser.newPage();
  await page.evaluate(async () => {
    window.ferrite = await import('/ferrite/index.js');
    window.shapes = await import('/snapshot-shapes.js');
    window.compare = await import('/snapshot-compare.js');
  });
  return page;
}
