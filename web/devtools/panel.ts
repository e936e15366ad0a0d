import { initialState } from '../panel/panel-state.js';
import { panel } from '../panel/panel.js';
import { extensionApi } from './panel/extension-api.js';
import { PanelModel } from './panel/panel-model.js';
import { followTheme } from './panel/theme.js';

let draw = initialState;
let asked = 0;
let later: ReturnType<typeof setTimeout>;

/** Once per frame; a panel that lies behind another gets no frames, and is drawn now and then. */
function update(): void {
  cancelAnimationFrame(asked);
  clearTimeout(later);
  asked = 0;
  view.update(draw);
}

const model: PanelModel = new PanelModel((state) => {
  draw = state;
  if (asked) return;
  asked = requestAnimationFrame(update);
  later = setTimeout(update, 250);
});
const view = panel(model.act);

view.update(initialState);
document.body.append(view.node);
followTheme(view.node);
extensionApi.devtools.network.onNavigated.addListener(() => void model.begin());
addEventListener('pagehide', () => model.end());
void model.begin();
