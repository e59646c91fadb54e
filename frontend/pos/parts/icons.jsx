// The signs in use, drawn from bootstrap-icons into the page.
import arrowLeft from "bootstrap-icons/icons/arrow-left.svg";
import arrowReturn from "bootstrap-icons/icons/arrow-return-left.svg";
import backspace from "bootstrap-icons/icons/backspace.svg";
import bag from "bootstrap-icons/icons/bag.svg";
import camera from "bootstrap-icons/icons/upc-scan.svg";
import cash from "bootstrap-icons/icons/cash-stack.svg";
import check from "bootstrap-icons/icons/check-lg.svg";
import cloud from "bootstrap-icons/icons/cloud-check.svg";
import cloudOff from "bootstrap-icons/icons/cloud-slash.svg";
import gear from "bootstrap-icons/icons/gear.svg";
import lock from "bootstrap-icons/icons/lock.svg";
import list from "bootstrap-icons/icons/list.svg";
import mail from "bootstrap-icons/icons/envelope.svg";
import pause from "bootstrap-icons/icons/pause-circle.svg";
import person from "bootstrap-icons/icons/person.svg";
import plus from "bootstrap-icons/icons/plus-lg.svg";
import printer from "bootstrap-icons/icons/printer.svg";
import receipt from "bootstrap-icons/icons/receipt.svg";
import search from "bootstrap-icons/icons/search.svg";
import share from "bootstrap-icons/icons/share.svg";
import minus from "bootstrap-icons/icons/dash-lg.svg";
import trash from "bootstrap-icons/icons/trash3.svg";
import warning from "bootstrap-icons/icons/exclamation-triangle.svg";
import x from "bootstrap-icons/icons/x-lg.svg";

const SIGNS = {
  arrowLeft, arrowReturn, backspace, bag, camera, cash, check, cloud, cloudOff, gear, lock, list, mail, minus, pause,
  person, plus, printer, receipt, search, share, trash, warning, x,
};

export const Icon = ({ name }) => (
  <span class={`icon icon-${name}`} aria-hidden="true" dangerouslySetInnerHTML={{ __html: SIGNS[name] }} />
);
