// Whether keys that somebody presses are text: shortcuts leave those alone.
export const isTyping = (target) =>
  target.isContentEditable ||
  target.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button])");
