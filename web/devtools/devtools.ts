import { extensionApi } from './panel/extension-api.js';

extensionApi.devtools.panels.create('Ferrite', 'icon-16.png', 'panel.html');
