// What runs before the page is drawn; loaded in the head, without defer.
import "./theme.js";
import "./early-keys.js";
