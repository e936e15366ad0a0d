import { Demo } from "./demo.js";
import { Cards } from "./view/cards.js";
import { byId, whole } from "./view/element.js";
import { showLedger } from "./view/ledger.js";

declare global {
  interface Window {
    demo: Demo;
  }
}

const demo = new Demo(Number(new URLSearchParams(location.search).get("scale") ?? 1));
window.demo = demo;

const cards = new Cards(byId("stored"));
const fill = byId<HTMLButtonElement>("fill");
const check = byId<HTMLButtonElement>("check");
const progress = byId<HTMLProgressElement>("progress");
let phase = demo.state.phase;

demo.addEventListener("change", show);
fill.addEventListener("click", () => demo.fill().catch(() => undefined));
check.addEventListener("click", async () => {
  check.disabled = true;
  byId("status").textContent = "Reading everything back through the libraries…";
  try {
    cards.showDigests(await demo.readBack());
    byId("status").textContent = "Read everything back through the libraries.";
  } catch (error) {
    byId("status").textContent = `Could not read the storage: ${error}`;
  } finally {
    check.disabled = demo.state.phase === "filling";
  }
});
show();
demo.ready.catch((error) => { byId("status").textContent = `Could not open the storage: ${error}`; });

function show(): void {
  const { state } = demo;
  cards.show(state);
  fill.disabled = check.disabled = state.phase === "filling" || state.phase === "opening";
  byId("status").textContent = status();
  const stored = Object.values(state.counts).reduce((sum, count) => sum + count, 0);
  byId("amount").textContent = state.phase === "filling"
    ? `${whole.format(state.done)} of ${whole.format(state.total)}`
    : `${whole.format(stored)} records`;
  progress.value = state.phase === "filling" ? state.done / state.total : Number(state.phase === "filled");
  if (state.phase !== phase && state.phase !== "filling" && state.phase !== "opening") {
    void refreshLedger();
  }
  phase = state.phase;
}

async function refreshLedger(): Promise<void> {
  try {
    await showLedger(byId("orders"), byId("notes"), byId("customers"));
  } catch (error) {
    // A fill that starts meanwhile deletes the database under the lists; they are drawn again when it ends.
    if (demo.state.phase !== "filling") throw error;
  }
}

function status(): string {
  const { phase, collection, milliseconds, error } = demo.state;
  switch (phase) {
    case "opening":
      return "Opening the books…";
    case "empty":
      return "The books are empty.";
    case "filling":
      return `Writing ${collection || "the first page"}…`;
    case "filled":
      return milliseconds > 0 ? `Everything is in, after ${(milliseconds / 1000).toFixed(1)} s.` : "The books are open.";
    case "failed":
      return `Filling stopped: ${error}`;
  }
}
