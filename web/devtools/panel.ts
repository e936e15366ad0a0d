import { initialState } from '../panel/panel-state.js';
import { panel } from '../panel/panel.js';
import { extensionApi } from './panel/extension-api.js';
import { PanelModel } from './panel/panel-model.js';
import { followTheme } from './panel/theme.js';

let draw = initialState;
let asked = false;

const model: PanelModel = new PanelModel((state) => {
  draw = state;
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    view.update(draw);
  });
});
const view = panel(model.act);

view.update(initialState);
document.body.append(view.node);
followTheme(view.node);
extensionApi.devtools.network.onNavigated.addListener(() => void model.begin());
addEventListener('pagehide', () => model.end());
void model.begin();
