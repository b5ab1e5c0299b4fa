/**
 * The UI toolkit as a script of its own, with which the controls of shared/controls.tsx come to life: half of the
 * page's code, and not needed to paint its first frame.
 */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';

const { activeElement } = document;
provideVSCodeDesignSystem().register(
  vsCodeButton(),
  vsCodeCheckbox(),
  vsCodeDropdown(),
  vsCodeOption(),
  vsCodeTextField(),
);
// A control that has the focus already passes it on to what is inside of it now.
if (activeElement instanceof HTMLElement && customElements.get(activeElement.localName)) {
  activeElement.blur();
  activeElement.focus();
}
